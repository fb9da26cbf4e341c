import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from './numbers.ts';

const dot = (a: Tensor, b: Tensor): number => {
  const right = numbersOf(b);
  return numbersOf(a).reduce((sum, value, index) => sum + value * (right[index] as number), 0);
};

describe('conv', () => {
  it('is a matrix product where the kernel has size 1', () => {
    const [x, kernel] = [sample([2, 3, 3, 4]), sample([4, 5], 2)];
    expect(worstDifference(numbersOf(ops.conv(x, ops.reshape(kernel, [1, 1, 4, 5]))), numbersOf(ops.matmul(x, kernel)))).toBeLessThan(
      float32Error(4),
    );
  });

  it('pads `same` so that the output has size / stride elements, more zeros at the end', () => {
    const x = ops.ones([1, 5, 1]);
    const kernel = ops.ones([2, 1, 1]);
    expect(numbersOf(ops.conv(x, kernel, { padding: 'same' }))).toEqual([2, 2, 2, 2, 1]);
    expect(ops.conv(x, kernel, { padding: 'same', strides: 2 }).shape).toEqual([1, 3, 1]);
  });

  it('pads `causal` so that no output sees the future', () => {
    const x = ops.reshape([1, 2, 3, 4], [1, 4, 1]);
    expect(numbersOf(ops.conv(x, ops.ones([2, 1, 1]), { padding: 'causal', dilationRate: 2 }))).toEqual([1, 2, 4, 6]);
  });

  it('computes channels first as channels last with the axes moved', () => {
    const [x, kernel] = [sample([2, 5, 6, 3]), sample([3, 3, 3, 4], 2)];
    const last = ops.conv(x, kernel, { padding: 'same' });
    const first = ops.conv(ops.moveaxis(x, -1, 1), kernel, { padding: 'same', dataFormat: 'channels_first' });
    expect(numbersOf(ops.moveaxis(first, 1, -1))).toEqual(numbersOf(last));
  });

  it('convolves each group with its own filters', () => {
    const [x, kernel] = [sample([1, 4, 4, 4]), sample([2, 2, 2, 6], 2)];
    const halves = ops.split(x, 2, { axis: -1 }).map((half, index) => ops.conv(half, ops.split(kernel, 2, { axis: -1 })[index] as Tensor));
    expect(numbersOf(ops.conv(x, kernel))).toEqual(numbersOf(ops.concatenate(halves, { axis: -1 })));
  });

  it('refuses a kernel larger than the inputs', () => {
    expect(() => ops.conv(ops.ones([1, 3, 3, 1]), ops.ones([5, 5, 1, 1]))).toThrow(/Computed output size would be zero or negative/);
  });
});

describe('depthwiseConv and separableConv', () => {
  it('computes a separable convolution as its two steps', () => {
    const [x, depthwise, pointwise] = [sample([1, 5, 5, 3]), sample([3, 3, 3, 2], 2), sample([1, 1, 6, 4], 3)];
    const steps = ops.conv(ops.depthwiseConv(x, depthwise), pointwise);
    expect(numbersOf(ops.separableConv(x, depthwise, pointwise))).toEqual(numbersOf(steps));
  });
});

describe('convTranspose', () => {
  it.each([
    [1, 'valid', 3, 7],
    [2, 'valid', 3, 11],
    [2, 'same', 3, 10],
    [3, 'same', 2, 15],
  ] as const)('is the adjoint of conv with stride %i and padding %s', (strides, padding, size, outputs) => {
    const kernel = sample([size, 2, 3], 2);
    const y = sample([1, 5, 3], 3);
    const transposed = ops.convTranspose(y, kernel, { strides, padding });
    expect(transposed.shape).toEqual([1, outputs, 2]);
    // <conv(x), y> = <x, convTranspose(y)> for every x of the transposed size.
    const x = sample(transposed.shape, 4);
    expect(dot(ops.conv(x, kernel, { strides, padding }), y)).toBeCloseTo(dot(x, transposed), 4);
  });
});

describe('pooling', () => {
  it('leaves padding out of averages and maxima', () => {
    const x = ops.multiply(ops.ones([1, 3, 3, 1]), -2);
    for (const pool of [ops.averagePool, ops.maxPool]) {
      expect(numbersOf(pool(x, 2, { strides: 1, padding: 'same' }))).toEqual(new Array(9).fill(-2));
    }
  });

  it('covers the inputs with overlapping windows where the sizes do not divide', () => {
    const x = ops.reshape([1, 2, 3, 4, 5], [1, 5, 1]);
    expect(numbersOf(ops.adaptiveAveragePool(x, 2))).toEqual([2, 4]);
    expect(numbersOf(ops.adaptiveMaxPool(x, 3))).toEqual([2, 4, 5]);
  });
});
