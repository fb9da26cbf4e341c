import { describe, expect, it } from 'vitest';
import { KerasTensor } from '../../../compiler/keras/engine/keras-tensor.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { numbersOf } from './numbers.ts';

describe('unique', () => {
  it('gives values in ascending order, or as they first occur', () => {
    const x = [3, 1, 3, 2, 1, 3];
    const options = { returnIndex: true, returnInverse: true, returnCounts: true };
    expect((ops.unique(x, options) as Tensor[]).map(numbersOf)).toEqual([
      [1, 2, 3],
      [1, 3, 0],
      [2, 0, 2, 1, 0, 2],
      [2, 1, 3],
    ]);
    expect((ops.unique(x, { ...options, sorted: false }) as Tensor[]).map(numbersOf)).toEqual([
      [3, 1, 2],
      [0, 1, 3],
      [0, 1, 0, 2, 1, 0],
      [3, 2, 1],
    ]);
  });

  it('compares whole slices along an axis', () => {
    const x = [
      [2, 1],
      [1, 5],
      [2, 1],
    ];
    const [rows, inverse] = ops.unique(x, { axis: 0, returnInverse: true }) as [Tensor, Tensor];
    expect(numbersOf(rows)).toEqual([1, 5, 2, 1]);
    expect(numbersOf(inverse)).toEqual([1, 0, 1]);
    expect((ops.unique([x, x], { axis: 1 }) as Tensor).shape).toEqual([2, 2, 2]);
  });

  it('is cut or filled up to a size, with which its shape is known ahead', () => {
    expect(numbersOf(ops.unique([5, 5, 7], { size: 4, fillValue: 9 }) as Tensor)).toEqual([5, 7, 9, 9]);
    expect(numbersOf(ops.unique([5, 5, 7], { size: 1 }) as Tensor)).toEqual([5]);
    const symbolic = new KerasTensor([null]);
    expect((ops.unique(symbolic, { size: 3 }) as unknown as KerasTensor).shape).toEqual([3]);
    expect((ops.unique(symbolic) as unknown as KerasTensor).shape).toEqual([null]);
  });
});

describe('symbolic shapes', () => {
  it('are unknown where values tell the size', () => {
    const [rows, columns] = ops.nonzero(new KerasTensor([3, 4], { dtype: 'int32' })) as unknown as KerasTensor[];
    expect([rows?.shape, columns?.shape]).toEqual([[null], [null]]);
    const data = new KerasTensor([6, 2]);
    expect((ops.segmentSum(data, new KerasTensor([6], { dtype: 'int32' })) as unknown as KerasTensor).shape).toEqual([null, 2]);
  });

  it('are unknown where a small size would be cut', () => {
    expect(ops.getItem(new KerasTensor([null, 4]) as never, { stop: 2 }).shape).toEqual([null, 4]);
    expect(ops.diagonal(new KerasTensor([null, 4]) as never).shape).toEqual([null]);
    expect(ops.getItem(new KerasTensor([8, 4]) as never, { stop: 2 }).shape).toEqual([2, 4]);
  });
});

describe('nonzero', () => {
  it('gives the places in row-major order', () => {
    const places = ops.nonzero([
      [0, 3, 0],
      [4, 0, 5],
    ]);
    expect(places.map(numbersOf)).toEqual([
      [0, 1, 1],
      [1, 0, 2],
    ]);
  });
});

describe('rearrange', () => {
  it('splits, moves and merges axes', () => {
    const x = ops.reshape(ops.arange(24), [2, 6, 2]);
    const split = ops.rearrange(x, 'b (h k) w -> k (b w) h', { k: 3 });
    expect(split.shape).toEqual([3, 4, 2]);
    expect(numbersOf(ops.rearrange(split, 'k (b w) h -> b (h k) w', { w: 2 }))).toEqual(numbersOf(x));
  });

  it('says why a pattern does not fit', () => {
    expect(() => ops.rearrange(ops.zeros([2, 3]), 'a b -> a c')).toThrow(/must name the same axes/);
    expect(() => ops.rearrange(ops.zeros([2, 3]), 'a (b c) -> a b c', { b: 2 })).toThrow(/cannot be split/);
    expect(() => ops.rearrange(ops.zeros([2, 3]), 'a (b c) -> a b c')).toThrow(/Only one axis/);
  });
});

describe('vectorize', () => {
  it('applies a function of numbers to broadcast tensors', () => {
    const add = ops.vectorize((a, b) => ops.add(ops.multiply(a, 10), b));
    expect(numbersOf(add([[1], [2]], [3, 4]) as Tensor)).toEqual([13, 14, 23, 24]);
  });

  it('applies a function of vectors, and hands excluded arguments on', () => {
    const scaled = ops.vectorize((x, factor) => ops.multiply(ops.sum(x), factor), { signature: '(n)->()', excluded: [1] });
    expect(numbersOf(scaled(ops.reshape(ops.arange(6), [3, 2]), 2) as Tensor)).toEqual([2, 10, 18]);
    expect(() => ops.vectorize((x) => x, { signature: 'n->n' })([1])).toThrow(/Not a valid signature/);
  });
});

describe('view', () => {
  it('takes elements apart and puts them together again', () => {
    const x = ops.convertToTensor([[1, -2, 0x1234]], { dtype: 'int32' });
    const bytes = ops.view(x, { dtype: 'uint8' });
    expect(numbersOf(bytes)).toEqual([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x34, 0x12, 0, 0]);
    expect(numbersOf(ops.view(bytes, { dtype: 'int32' }))).toEqual(numbersOf(x));
    expect(numbersOf(ops.view(ops.view([1.5, -0.25], { dtype: 'uint16' }), { dtype: 'float32' }))).toEqual([1.5, -0.25]);
    expect(() => ops.view(ops.zeros([3], { dtype: 'uint8' }), { dtype: 'int16' })).toThrow(/cannot be divided/);
  });
});

describe('complex numbers', () => {
  it('are pairs of tensors', () => {
    const z = ops.viewAsComplex([
      [3, 4],
      [0, -2],
    ]);
    expect([z.dtype, z.shape]).toEqual(['complex64', [2]]);
    expect(numbersOf(ops.abs(z))).toEqual([5, 2]);
    expect(numbersOf(ops.imag(ops.conj(z)))).toEqual([-4, 2]);
    expect(numbersOf(ops.isreal(ops.polar([1, 2], [0, 0])))).toEqual([1, 1]);
    const polar = ops.polar(ops.abs(z), ops.angle(z));
    numbersOf(ops.viewAsReal(polar)).forEach((value, index) => {
      expect(value).toBeCloseTo([3, 4, 0, -2][index] as number, 5);
    });
    expect(() => ops.viewAsComplex([1, 2, 3])).toThrow(/must be size 2/);
  });
});
