import { describe, expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { elementCount, type Shape } from '../../compiler/ir/shape.ts';
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
});
