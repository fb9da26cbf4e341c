import { describe, expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { elementCount, type Shape } from '../../compiler/ir/shape.ts';
import { scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { randomFloats } from '../ir/random-values.ts';

const random = (shape: Shape, seed: number): Tensor => tensorOf('float32', shape, randomFloats(elementCount(shape), seed));

describe('products with constant weights', () => {
  // Several free axes become one column of the packed weights.
  for (const [shape, weights, lhsContracting, rhsContracting] of [
    [[5, 2], [2, 3, 4], [1], [0]],
    [[5, 2], [3, 4, 2], [1], [2]],
    [
      [2, 3, 2],
      [2, 2, 3, 8],
      [0, 2],
      [0, 1],
    ],
  ] as const) {
    it(`[${shape}] with [${weights}] agree with the reference`, () => {
      const constant = random(weights, 1);
      const params = { lhsContracting, rhsContracting, lhsBatch: [], rhsBatch: [] };
      const inputs = [{ name: 'x', dtype: 'float32' as const, shape }];
      const { graph } = trace(
        'product',
        inputs,
        (x) => [lax.dot_general(x, constant, params)],
        (outputs) => outputs,
      );
      const values = [random(shape, 2).value];
      // Multiples of 1/64 below 2: all sums are exact.
      expect(createWasmExecutor()(graph, values)[0]?.data).toEqual(executeReference(graph, values)[0]?.data);
    });
  }
  it('read backwards in a loop agree with the reference', () => {
    const kernel = random([2, 2, 8], 1);
    const params = { strides: [1], padding: [[1, 0]], inputDilation: [1], kernelDilation: [1], featureGroups: 1, batchGroups: 1 } as const;
    const { graph } = trace(
      'loop',
      [{ name: 'x', dtype: 'float32', shape: [2, 6, 2] }],
      (x) => {
        const body = (state: Tensor): Tensor[] => [
          lax.convolution(lax.concatenate([state, state, state, state], 2), lax.transpose(lax.reverse(kernel, [0]), [0, 2, 1]), params),
        ];
        return scan((state) => body(state as Tensor), { carry: [x], xs: [], length: 2 }).carry;
      },
      (outputs) => outputs,
    );
    const values = [random([2, 6, 2], 2).value];
    const [expected, found] = [executeReference(graph, values)[0], createWasmExecutor()(graph, values)[0]].map((value) => value?.data);
    // Sums of up to 32 products of numbers below 2, twice: what float32 rounds is below 2^-12 of the largest.
    const largest = Math.max(...(expected as Float32Array).map(Math.abs));
    (expected as Float32Array).forEach((value, index) => {
      expect(Math.abs(value - ((found as Float32Array)[index] as number))).toBeLessThanOrEqual(largest * 2 ** -12);
    });
  });
});
