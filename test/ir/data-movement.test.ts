import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { at, atOr, random, tabulate } from './by-index.ts';
import { array, elements, evaluate, f32, i32 } from './evaluate-primitive.ts';

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const arrays = fc.tuple(shapes, fc.nat(10_000)).map(([shape, seed]) => random(shape, seed));
const perAxis = (x: NDArray, min: number, max: number) => fc.tuple(...x.shape.map(() => fc.integer({ min, max })));

describe('primitives that move data', () => {
  it('transpose puts operand axis permutation[k] at axis k', () => {
    const cases = arrays.chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc.shuffledSubarray(
          x.shape.map((_, axis) => axis),
          { minLength: x.shape.length },
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([x, permutation]) => {
        const shape = permutation.map((axis) => x.shape[axis] as number);
        const expected = tabulate(shape, (index) =>
          at(
            x,
            x.shape.map((_, axis) => index[permutation.indexOf(axis)] as number),
          ),
        );
        expect(evaluate('transpose', { permutation }, x)).toEqual(expected);
      }),
    );
  });

  it('broadcast repeats along new axes and axes of size 1', () => {
    const x = random([3, 1], 1);
    const expected = tabulate([2, 3, 4, 5], ([, row]) => at(x, [row as number, 0]));
    expect(evaluate('broadcast', { shape: [2, 3, 4, 5], axes: [1, 3] }, x)).toEqual(expected);
    expect(elements(evaluate('broadcast', { shape: [2, 2], axes: [] }, i32([], [7])))).toEqual([7, 7, 7, 7]);
    expect(elements(evaluate('broadcast', { shape: [0, 2], axes: [] }, i32([], [7])))).toEqual([]);
  });

  it('reverse, slice with strides and pad agree with their index formulas', () => {
    const cases = arrays.chain((x) => fc.tuple(fc.constant(x), perAxis(x, 0, 3), perAxis(x, 1, 3), perAxis(x, -2, 3), perAxis(x, 0, 2)));
    fc.assert(
      fc.property(cases, ([x, starts, strides, low, interior]) => {
        const last = (axis: number): number => (x.shape[axis] as number) - 1;
        const axes = [x.shape.length - 1, 0].filter((axis, index, list) => list.indexOf(axis) === index);
        const turned = tabulate(x.shape, (index) =>
          at(
            x,
            index.map((position, axis) => (axes.includes(axis) ? last(axis) - position : position)),
          ),
        );
        expect(evaluate('reverse', { axes }, x)).toEqual(turned);

        const start = starts.map((first, axis) => Math.min(first, last(axis)));
        const sizes = x.shape.map((size, axis) => Math.ceil((size - (start[axis] as number)) / (strides[axis] as number)));
        const sliced = tabulate(sizes, (index) =>
          at(
            x,
            index.map((position, axis) => (start[axis] as number) + position * (strides[axis] as number)),
          ),
        );
        expect(evaluate('slice', { start, limit: x.shape, strides }, x)).toEqual(sliced);

        const high = low.map((before) => (before < 0 ? 2 - before : 0));
        const shape = x.shape.map(
          (size, axis) => size + (size - 1) * (interior[axis] as number) + (low[axis] as number) + (high[axis] as number),
        );
        const padded = tabulate(shape, (index) => {
          const source = index.map((position, axis) => (position - (low[axis] as number)) / ((interior[axis] as number) + 1));
          return source.every(Number.isInteger) ? atOr(x, source, 9) : 9;
        });
        expect(evaluate('pad', { low, high, interior }, x, f32([], [9]))).toEqual(padded);
      }),
    );
  });

  it('pad crops on both sides', () => {
    expect(elements(evaluate('pad', { low: [-1], high: [-2], interior: [1] }, i32([4], [1, 2, 3, 4]), i32([], [0])))).toEqual([0, 2, 0, 3]);
    expect(evaluate('pad', { low: [-3], high: [0], interior: [0] }, i32([3], [1, 2, 3]), i32([], [0])).shape).toEqual([0]);
  });

  it('concatenate puts operands one after the other', () => {
    const parts = [random([2, 1, 3], 1), random([2, 0, 3], 2), random([2, 2, 3], 3)] as const;
    const expected = tabulate([2, 3, 3], ([a, b, c]) =>
      b === 0 ? at(parts[0], [a as number, 0, c as number]) : at(parts[2], [a as number, (b as number) - 1, c as number]),
    );
    expect(evaluate('concatenate', { axis: 1 }, ...parts)).toEqual(expected);
  });

  it('reshape keeps the order of elements and iota counts along its axis', () => {
    expect(evaluate('reshape', { shape: [3, 2] }, i32([2, 3], [1, 2, 3, 4, 5, 6]))).toEqual(i32([3, 2], [1, 2, 3, 4, 5, 6]));
    expect(elements(evaluate('iota', { dtype: 'int64', shape: [2, 2], axis: 1 }))).toEqual([0n, 1n, 0n, 1n]);
    expect(elements(evaluate('iota', { dtype: 'float16', shape: [3, 2], axis: 0 }))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('dynamic slices clamp their starts so that the box fits', () => {
    const x = i32([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const at2 = (row: number, column: number) => [i32([], [row]), i32([], [column])] as const;
    expect(elements(evaluate('dynamic_slice', { sizes: [2, 1] }, x, ...at2(1, 2)))).toEqual([6, 9]);
    expect(elements(evaluate('dynamic_slice', { sizes: [2, 1] }, x, ...at2(99, -99)))).toEqual([4, 7]);
    expect(elements(evaluate('dynamic_update_slice', {}, x, i32([1, 2], [0, 0]), ...at2(1, 2)))).toEqual([1, 2, 3, 4, 0, 0, 7, 8, 9]);
    expect(elements(x)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keep every bit: NaN payloads, 64-bit integers, bool', () => {
    const payload = { dtype: 'float32', shape: [2], data: new Float32Array(new Int32Array([0x7fa00001, -1]).buffer) } as const;
    const turned = evaluate('reverse', { axes: [0] }, payload).data;
    expect([...new Int32Array(turned.buffer)]).toEqual([-1, 0x7fa00001]);
    expect(elements(evaluate('reverse', { axes: [0] }, array('uint64', [2], [2n ** 64n - 1n, 1n])))).toEqual([1n, 2n ** 64n - 1n]);
    expect(elements(evaluate('reverse', { axes: [0] }, array('bool', [2], [1, 0])))).toEqual([0, 1]);
  });

  it('refuse parameters that do not fit the operand', () => {
    const x = i32([2, 3], [1, 2, 3, 4, 5, 6]);
    expect(() => evaluate('transpose', { permutation: [0, 0] }, x)).toThrow('distinct axes below 2');
    expect(() => evaluate('transpose', { permutation: [0] }, x)).toThrow('one entry of `permutation` per axis (2), received 1');
    expect(() => evaluate('broadcast', { shape: [2, 4], axes: [0, 1] }, x)).toThrow('axis 1 of size 3 does not fit axis 1 of [2, 4]');
    expect(() => evaluate('reshape', { shape: [4] }, x)).toThrow('[4] has 4 elements, the operand 6');
    expect(() => evaluate('slice', { start: [0, 2], limit: [2, 4], strides: [1, 1] }, x)).toThrow('2..4 does not lie in axis 1 of size 3');
    expect(() => evaluate('slice', { start: [0, 0], limit: [2, 3], strides: [1, 0] }, x)).toThrow('integers of at least 1 in `strides`');
    expect(() => evaluate('pad', { low: [-2, 0], high: [-2, 0], interior: [0, 0] }, x, i32([], [0]))).toThrow('crops more than there is');
    expect(() => evaluate('pad', { low: [0, 0], high: [0, 0], interior: [0, 0] }, x, f32([], [0]))).toThrow(
      "scalar fill of the operand's dtype",
    );
    expect(() => evaluate('concatenate', { axis: 0 }, x, i32([1, 2], [1, 2]))).toThrow('differ in axis 0 only');
    expect(() => evaluate('dynamic_slice', { sizes: [3, 1] }, x, i32([], [0]), i32([], [0]))).toThrow('larger than the operand');
    expect(() => evaluate('dynamic_slice', { sizes: [1, 1] }, x, i32([], [0]))).toThrow('one int32 scalar start per axis (2)');
    expect(() => evaluate('iota', { dtype: 'bool', shape: [2], axis: 0 })).toThrow('numeric dtype');
    expect(() => evaluate('iota', { dtype: 'int32', shape: [-2], axis: 0 })).toThrow('non-negative integers');
  });
});
