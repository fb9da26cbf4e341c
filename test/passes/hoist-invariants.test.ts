import { describe, expect, it } from 'vitest';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { Graph, NodeOf } from '../../compiler/ir/graph.ts';
import { printGraph } from '../../compiler/ir/print.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import { canonicalize } from '../../compiler/passes/canonicalize/canonicalize.ts';
import { hoistInvariants } from '../../compiler/passes/hoist-invariants.ts';
import { scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';

const INPUTS = [
  { name: 'w', dtype: 'float32', shape: [2, 3] },
  { name: 'x', dtype: 'float32', shape: [3] },
] as const;

function traced(body: (w: Tensor, x: Tensor) => Tensor): Graph {
  return trace(
    'test',
    INPUTS,
    (w, x) => [body(w as Tensor, x as Tensor)],
    (outputs) => outputs,
  ).graph;
}

const opsOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);
const loopOf = (graph: Graph): NodeOf<'scan'> => graph.nodes.find(({ op }) => op === 'scan') as NodeOf<'scan'>;

function checkSameValue(before: Graph, after: Graph): void {
  verifyGraph(after);
  const inputs = [tensorOf('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)), tensorOf('float32', [3], Float32Array.of(1, 0, 2))];
  const values = inputs.map(({ value }) => value);
  expect(executeReference(after, values)).toEqual(executeReference(before, values));
}

describe('hoistInvariants', () => {
  const square = (w: Tensor): Tensor => lax.reduce('sum', lax.multiply(w, w), [0]);

  it('moves what depends on constants of a loop out of it, and leaves numbers and broadcasts', () => {
    const graph = traced((w, x) => {
      const body = (state: Tensor): Tensor[] => [lax.add(lax.multiply(state, square(w)), lax.fullLike(state, 0.5))];
      return scan((state) => body(state as Tensor), { carry: [x], xs: [], length: 3 }).carry[0] as Tensor;
    });
    const after = canonicalize(hoistInvariants(graph), { freezeParameters: false });
    expect(opsOf(after)).toEqual(['multiply', 'reduce', 'scan']);
    expect(opsOf(loopOf(after).params.body)).toEqual(['multiply', 'constant', 'broadcast', 'add']);
    checkSameValue(graph, after);
  });
  it('moves things out of several loops', () => {
    const graph = traced((w, x) => {
      const inner = (state: Tensor): Tensor =>
        scan((s) => [lax.multiply(s as Tensor, square(w))], { carry: [state], xs: [], length: 2 }).carry[0] as Tensor;
      return scan((state) => [inner(state as Tensor)], { carry: [x], xs: [], length: 2 }).carry[0] as Tensor;
    });
    const after = canonicalize(hoistInvariants(graph), { freezeParameters: false });
    expect(opsOf(after)).toEqual(['multiply', 'reduce', 'scan']);
    checkSameValue(graph, after);
  });
  it('leaves a loop without such things as it is', () => {
    const graph = traced((_, x) => scan((s) => [lax.sin(s as Tensor)], { carry: [x], xs: [], length: 2 }).carry[0] as Tensor);
    expect(printGraph(hoistInvariants(graph))).toBe(printGraph(graph));
  });
});
