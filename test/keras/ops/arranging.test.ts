import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { numbersOf } from './numbers.ts';

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];

describe('shapes', () => {
  it('finds the size of the dimension that is -1', () => {
    expect(ops.reshape(matrix, [-1, 2]).shape).toEqual([3, 2]);
    expect(() => ops.reshape(matrix, [4, 2])).toThrow(/The total size of the tensor must be unchanged/);
  });

  it('moves axes and keeps the order of the rest', () => {
    const x = ops.zeros([2, 3, 4, 5]);
    expect(ops.moveaxis(x, [0, 1], [-1, -2]).shape).toEqual([4, 5, 3, 2]);
    expect(ops.swapaxes(x, 0, -1).shape).toEqual([5, 3, 4, 2]);
    expect(ops.transpose(x).shape).toEqual([5, 4, 3, 2]);
  });

  it('rolls, flips and rotates as NumPy does', () => {
    expect(numbersOf(ops.roll(matrix, 1))).toEqual([6, 1, 2, 3, 4, 5]);
    expect(numbersOf(ops.roll(matrix, 1, { axis: 1 }))).toEqual([3, 1, 2, 6, 4, 5]);
    expect(numbersOf(ops.flip(matrix))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(numbersOf(ops.rot90(matrix))).toEqual([3, 6, 2, 5, 1, 4]);
    expect(numbersOf(ops.rot90(matrix, { k: 2 }))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('says which axis cannot be squeezed', () => {
    expect(() => ops.squeeze(matrix, { axis: 0 })).toThrow(/Cannot squeeze axis 0, because the dimension is not 1/);
  });
});

describe('joining', () => {
  it('repeats elements and tiles tensors', () => {
    expect(numbersOf(ops.repeat([1, 2], 2))).toEqual([1, 1, 2, 2]);
    expect(numbersOf(ops.repeat([1, 2], [3, 1]))).toEqual([1, 1, 1, 2]);
    expect(numbersOf(ops.tile([1, 2], 2))).toEqual([1, 2, 1, 2]);
    expect(ops.tile(matrix, [2, 1, 2]).shape).toEqual([2, 2, 6]);
  });

  it('undoes a split by concatenating', () => {
    const parts = ops.split(matrix, 3, { axis: 1 });
    expect(parts.map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(numbersOf(ops.concatenate(parts, { axis: 1 }))).toEqual(matrix.flat());
    expect(() => ops.split(matrix, 2, { axis: 1 })).toThrow(/must be divisible by indices_or_sections/);
  });

  it('pads with what is near the edge', () => {
    expect(numbersOf(ops.pad([1, 2, 3], 2, { mode: 'reflect' }))).toEqual([3, 2, 1, 2, 3, 2, 1]);
    expect(numbersOf(ops.pad([1, 2, 3], 2, { mode: 'symmetric' }))).toEqual([2, 1, 1, 2, 3, 3, 2]);
    expect(numbersOf(ops.pad([1, 2, 3], [1, 0], { constantValues: 9 }))).toEqual([9, 1, 2, 3]);
  });
});

describe('indexing', () => {
  it('counts negative indices from the end', () => {
    expect(numbersOf(ops.take(matrix, [-1, 0], { axis: 1 }))).toEqual([3, 1, 6, 4]);
    expect(numbersOf(ops.getItem(matrix, [-1, { start: -2 }]))).toEqual([5, 6]);
    expect(numbersOf(ops.getItem(matrix, ['...', { step: -1 }]))).toEqual([3, 2, 1, 6, 5, 4]);
  });

  it('takes one element per position along an axis', () => {
    expect(numbersOf(ops.takeAlongAxis(matrix, [[2], [0]], { axis: 1 }))).toEqual([3, 4]);
  });

  it('scatters by adding, and updates by replacing', () => {
    expect(numbersOf(ops.scatter([[1], [1], [3]], [1, 2, 3], [4]))).toEqual([0, 3, 0, 3]);
    expect(numbersOf(ops.scatterUpdate([1, 1, 1], [[0]], [5]))).toEqual([5, 1, 1]);
    expect(numbersOf(ops.scatterUpdate([1, 1, 1], [[0]], [5], { reduction: 'add' }))).toEqual([6, 1, 1]);
  });

  it('sorts stably and finds the largest', () => {
    expect(numbersOf(ops.argsort([3, 1, 3, 2]))).toEqual([1, 3, 0, 2]);
    const [values, indices] = ops.topK([3, 1, 4, 2], 2);
    expect([values, indices].map((part) => part && numbersOf(part))).toEqual([
      [4, 3],
      [2, 0],
    ]);
    expect(numbersOf(ops.searchsorted([1, 3, 3, 5], [3], { side: 'left' }))).toEqual([1]);
    expect(numbersOf(ops.searchsorted([1, 3, 3, 5], [3], { side: 'right' }))).toEqual([3]);
  });
});
