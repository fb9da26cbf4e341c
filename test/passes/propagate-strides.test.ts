import { describe, expect, it } from 'vitest';
import { executeReference } from '../../compiler/ir/execute.ts';
import { propagateStrides } from '../../compiler/passes/propagate-strides.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { randomFloats } from '../ir/random-values.ts';

const PLAIN = {
  strides: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ],
  inputDilation: [1, 1],
  kernelDilation: [1, 1],
  featureGroups: 1,
  batchGroups: 1,
} as const;
const floats = (shape: readonly number[], seed: number): Tensor =>
  tensorOf(
    'float32',
    shape,
    randomFloats(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  );

describe('stride propagation', () => {
  it.each([
    ['rows and columns', [1, 2, 2, 1]],
    ['channels', [1, 1, 1, 2]],
    ['samples and rows', [2, 2, 1, 1]],
  ])('keeps the values where a reader of a convolution skips %s', (_, strides) => {
    const kernel = floats([3, 3, 2, 4], 1);
    const { graph } = trace(
      'test',
      [{ name: 'x', dtype: 'float32', shape: [3, 6, 6, 2] }],
      (x) => lax.slice(lax.convolution(x as Tensor, kernel, PLAIN), [0, 0, 0, 0], [3, 6, 6, 4], strides),
      (output) => [output],
    );
    const { value } = floats([3, 6, 6, 2], 2);
    expect(executeReference(propagateStrides(graph), [value])).toEqual(executeReference(graph, [value]));
  });
});
