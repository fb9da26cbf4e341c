import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { randomGraph } from '../ir/random-graph.ts';
import { scaledDifference, TOLERANCE } from './closeness.ts';

describe('WebAssembly', () => {
  it('computes what the reference computes, on random graphs', () => {
    const execute = createWasmExecutor();
    fc.assert(
      fc.property(randomGraph(14), ({ graph, inputs }) => {
        const expected = executeReference(graph, inputs);
        const actual = execute(graph, inputs);
        const worst = expected.map((value, index) => scaledDifference(actual[index] as typeof value, value));
        expect(Math.max(0, ...worst)).toBeLessThan(TOLERANCE);
      }),
      { numRuns: Number(process.env['KERASC_DIFFERENTIAL_RUNS'] ?? 200) },
    );
  });

  it.each([false, true])('runs a scan that reads and writes one row per step (reverse: %s)', (reverse) => {
    const step = (sum: Tensor, row: Tensor): Tensor[] => [lax.add(sum, row), lax.multiply(sum, row)];
    const run = (xs: Tensor): Tensor[] => {
      const { carry, ys } = scan((sum, row) => step(sum as Tensor, row as Tensor), {
        carry: [lax.full([3], 1, 'float32')],
        xs: [xs],
        length: 4,
        reverse,
      });
      return [...carry, ...ys];
    };
    const { graph } = trace(
      'scan',
      [{ name: 'xs', dtype: 'float32', shape: [4, 3] }],
      (xs) => run(xs as Tensor),
      (outputs) => outputs,
    );
    const xs = ndarray(
      'float32',
      [4, 3],
      Float32Array.from({ length: 12 }, (_, index) => index - 5),
    );
    const expected = executeReference(graph, [xs]);
    const actual = createWasmExecutor()(graph, [xs]);
    expect(actual.map(({ data }) => Array.from(data as Float32Array))).toEqual(
      expected.map(({ data }) => Array.from(data as Float32Array)),
    );
  });
});
