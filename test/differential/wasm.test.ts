import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { cond, scan } from '../../compiler/trace/control-flow.ts';
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

  it('gives a value that branches compute its border of zeros in each of them', () => {
    const spatial = [5, 4];
    const noise = (key: Tensor): Tensor => lax.cast(lax.random_bits(key, [64]), 'float32');
    const run = (x: Tensor, key: Tensor, index: Tensor): Tensor[] => {
      // Memory that is not zero before the branches.
      const dirt = lax.reduce('max', noise(key), [0]);
      const scaled = lax.add(x, lax.broadcast(dirt, x.shape, []));
      const [chosen] = cond(index, [() => [lax.multiply(scaled, x)], () => [x]]) as [Tensor];
      const kernel = lax.full([3, 3, 1, 2], 1, 'float32');
      const padding = spatial.map(() => [1, 1] as const);
      const params = { strides: [1, 1], padding, inputDilation: [1, 1], kernelDilation: [1, 1], featureGroups: 2, batchGroups: 1 };
      return [lax.convolution(chosen, kernel, params)];
    };
    const { graph } = trace(
      'border',
      [
        { name: 'x', dtype: 'float32', shape: [1, ...spatial, 2] },
        { name: 'key', dtype: 'uint32', shape: [2] },
        { name: 'index', dtype: 'int32', shape: [] },
      ],
      (x, key, index) => run(x as Tensor, key as Tensor, index as Tensor),
      (outputs) => outputs,
    );
    const x = ndarray(
      'float32',
      [1, ...spatial, 2],
      Float32Array.from({ length: 40 }, (_, index) => index % 7),
    );
    const key = ndarray('uint32', [2], Uint32Array.of(1, 2));
    for (const index of [0, 1]) {
      const inputs = [x, key, ndarray('int32', [], Int32Array.of(index))];
      const [expected, actual] = [executeReference(graph, inputs)[0], createWasmExecutor()(graph, inputs)[0]];
      expect(scaledDifference(actual as typeof x, expected as typeof x)).toBeLessThan(TOLERANCE);
    }
  });
});
