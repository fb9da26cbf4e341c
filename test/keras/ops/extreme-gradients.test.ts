import { describe, expect, it } from 'vitest';
import { gradients } from '../../../compiler/autodiff/gradients.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';

const f32 = (...elements: number[]): Tensor => tensorOf('float32', [elements.length], Float32Array.from(elements));
const gradient = (op: (x: Tensor) => Tensor, ...x: number[]): number[] => {
  const input = f32(...x);
  return [...(gradients(op(input), [input])[0] as Tensor).data] as number[];
};
const ONE_HOT = f32(0, 1, 0);

/** Where the plain formulas overflow, or divide zero by zero. */
const CASES: readonly (readonly [string, (x: Tensor) => Tensor, readonly number[], readonly number[]])[] = [
  ['softplus', (x) => ops.softplus(x), [-1000, 0, 1000], [0, 0.5, 1]],
  ['log_sigmoid', (x) => ops.logSigmoid(x), [-1000, 0, 1000], [1, 0.5, 0]],
  ['sigmoid', (x) => ops.sigmoid(x), [-1000, 1000], [0, 0]],
  ['silu', (x) => ops.silu(x), [-1000, 0, 1000], [0, 0.5, 1]],
  ['elu', (x) => ops.elu(x), [-1000, 0, 1000], [0, 1, 1]],
  ['logsumexp', (x) => ops.logsumexp(x), [1000, 0, -1000], [1, 0, 0]],
  ['logaddexp', (x) => ops.logaddexp(x, ops.multiply(x, -1)), [1000, -1000], [1, -1]],
  ['log_softmax', (x) => ops.multiply(ops.logSoftmax(x), ONE_HOT), [1000, 0, -1000], [-1, 1, 0]],
  ['softmax', (x) => ops.multiply(ops.softmax(x), ONE_HOT), [1000, 0, -1000], [0, 0, 0]],
  ['crossentropy of a softmax', (x) => ops.categoricalCrossentropy(ONE_HOT, ops.softmax(x)), [1000, 0, -1000], [1, -1, 0]],
  ['crossentropy of a sigmoid', (x) => ops.binaryCrossentropy(ONE_HOT, ops.sigmoid(x)), [1000, -1000, 0], [1, -1, 0.5]],
  ['relu', (x) => ops.relu(x), [-1, 0, 1], [0, 0, 1]],
  ['normalize', (x) => ops.normalize(x), [0, 0], [1e7, 1e7]],
];

describe('gradients at extremes', () => {
  for (const [name, op, x, expected] of CASES) {
    it(`of ${name} are finite and right`, () => {
      const found = gradient(op, ...x);
      expected.forEach((value, index) => {
        expect(Math.abs((found[index] as number) - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
      });
    });
  }
});
