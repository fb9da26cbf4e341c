import { describe, expect, it } from 'vitest';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { canonicalize } from '../../compiler/passes/canonicalize/canonicalize.ts';
import { maskByResult } from '../../compiler/passes/mask-by-result.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';

function graphOf(body: (x: Tensor, zero: Tensor) => readonly Tensor[]): Graph {
  const { graph } = trace(
    'test',
    [{ name: 'x', dtype: 'float32', shape: [5] }],
    (x) => body(lax.multiply(x as Tensor, x as Tensor), lax.full([5], 4, 'float32')),
    (outputs) => outputs,
  );
  return canonicalize(graph, { freezeParameters: true });
}

/** The operation that makes the operand of the comparison that is no constant. */
function comparedOperation(graph: Graph): string | undefined {
  const compare = graph.nodes.find(({ op }) => op === 'compare');
  const producers = compare?.inputs.map((input) => graph.nodes.find(({ outputs }) => outputs.includes(input))?.op);
  return producers?.find((op) => op !== 'broadcast' && op !== 'constant');
}

describe('masks by results', () => {
  it.each(['greater_equal', 'less_equal'] as const)('compares the maximum in place of what it was made of (%s)', (direction) => {
    const graph = graphOf((x, bound) => {
      const mask = direction === 'greater_equal' ? lax.compare(direction, bound, x) : lax.compare(direction, x, bound);
      return [lax.maximum(bound, x), lax.select(mask, bound, lax.full([5], 1, 'float32'))];
    });
    const next = maskByResult(graph);
    expect([comparedOperation(graph), comparedOperation(next)]).toEqual(['multiply', 'maximum']);
    const values = ndarray('float32', [5], Float32Array.of(-3, 0, 2, Number.NaN, 1.9));
    expect(executeReference(next, [values])).toEqual(executeReference(graph, [values]));
  });

  it('leaves a comparison alone whose operand others read too', () => {
    const graph = graphOf((x, bound) => [lax.maximum(bound, x), lax.compare('greater_equal', bound, x), lax.exp(x)]);
    expect(maskByResult(graph)).toBe(graph);
  });

  it('leaves a strict comparison alone, which the bound itself would change', () => {
    const graph = graphOf((x, bound) => [lax.maximum(bound, x), lax.compare('greater', bound, x)]);
    expect(maskByResult(graph)).toBe(graph);
  });

  it('leaves a comparison alone that stands before the maximum: its result is not there yet', () => {
    const graph = graphOf((x, bound) => [lax.compare('greater_equal', bound, x), lax.maximum(bound, x)]);
    expect(maskByResult(graph)).toBe(graph);
  });
});
