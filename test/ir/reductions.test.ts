import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../compiler/ir/dtype.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { PrimitiveParams } from '../../compiler/ir/primitives/params.ts';
import { at, atOr, indices, random, sum, tabulate } from './by-index.ts';
import { array, elements, evaluate, evaluateAll, f32, i32 } from './evaluate-primitive.ts';

const COMBINE: Record<'sum' | 'product' | 'max' | 'min', (values: readonly number[]) => number> = {
  sum,
  product: (values) => values.reduce((total, value) => total * value, 1),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};
const kinds = fc.constantFrom('sum', 'product', 'max', 'min');
const arrays = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.nat(9999))
  .map(([shape, seed]) => random(shape, seed));

describe('reduce', () => {
  it('combines over any set of axes', () => {
    const cases = arrays.chain((x) => fc.tuple(fc.constant(x), fc.subarray(x.shape.map((_, axis) => axis)), kinds));
    fc.assert(
      fc.property(cases, ([x, axes, kind]) => {
        const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
        const expected = tabulate(
          kept.map((axis) => x.shape[axis] as number),
          (index) => {
            const matches = indices(x.shape).filter((full) => kept.every((axis, position) => full[axis] === index[position]));
            return COMBINE[kind](matches.map((full) => at(x, full)));
          },
        );
        expect(evaluate('reduce', { kind, axes }, x)).toEqual(expected);
      }),
    );
  });

  it('adds floats in double: a million small numbers lose nothing', () => {
    const x = { dtype: 'float32', shape: [1_000_001], data: new Float32Array(1_000_001).fill(2 ** -24).fill(1, 0, 1) } as const;
    expect(elements(evaluate('reduce', { kind: 'sum', axes: [0] }, x))).toEqual([Math.fround(1 + 1_000_000 * 2 ** -24)]);
  });

  it('gives the neutral element for nothing', () => {
    const neutral = (kind: 'sum' | 'product' | 'max' | 'min', dtype: DType) =>
      elements(evaluate('reduce', { kind, axes: [0] }, array(dtype, [0], [])))[0];
    expect([neutral('sum', 'float32'), neutral('product', 'int64'), neutral('max', 'float16'), neutral('min', 'int8')]).toEqual([
      0,
      1n,
      Number.NEGATIVE_INFINITY,
      127,
    ]);
    expect([neutral('max', 'int64'), neutral('max', 'uint8'), neutral('min', 'uint64')]).toEqual([-(2n ** 63n), 0, 2n ** 64n - 1n]);
  });

  it('propagates NaN through max and min, wraps integers and joins bool', () => {
    const reduceAll = (kind: PrimitiveParams['reduce']['kind'], x: NDArray) => elements(evaluate('reduce', { kind, axes: [0] }, x));
    expect(reduceAll('max', f32([3], [1, Number.NaN, 2]))).toEqual([Number.NaN]);
    expect(reduceAll('min', f32([3], [1, 2, Number.NaN]))).toEqual([Number.NaN]);
    expect(reduceAll('sum', array('int8', [2], [127, 1]))).toEqual([-128]);
    expect(reduceAll('product', array('uint32', [2], [65537, 65537]))).toEqual([131073]);
    expect(reduceAll('sum', array('uint64', [2], [2n ** 64n - 1n, 3n]))).toEqual([2n]);
    expect(reduceAll('and', array('bool', [2], [1, 0]))).toEqual([0]);
    expect(reduceAll('or', array('bool', [2], [1, 0]))).toEqual([1]);
  });

  it('refuses kinds that the dtype does not have', () => {
    expect(() => evaluate('reduce', { kind: 'sum', axes: [] }, array('bool', [1], [1]))).toThrow('sum takes numbers');
    expect(() => evaluate('reduce', { kind: 'and', axes: [] }, i32([1], [1]))).toThrow('and takes bool');
    expect(() => evaluate('reduce', { kind: 'sum', axes: [1] }, i32([1], [1]))).toThrow('distinct axes below 1');
  });
});

describe('reduce_window', () => {
  const axis = fc.record({
    window: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    low: fc.integer({ min: -1, max: 2 }),
    high: fc.integer({ min: 0, max: 2 }),
  });
  const cases = arrays.chain((x) => fc.tuple(fc.constant(x), fc.tuple(...x.shape.map(() => axis)), kinds, fc.boolean()));

  it('combines what lies under each window and skips padding', () => {
    fc.assert(
      fc.property(cases, ([x, axes, kind, keepsLast]) => {
        // Images keep their channels apart; that is a loop of its own.
        const list = keepsLast ? axes.with(-1, { window: 1, stride: 1, dilation: 1, low: 0, high: 0 }) : axes;
        const params = {
          kind,
          window: list.map(({ window }) => window),
          strides: list.map(({ stride }) => stride),
          padding: list.map(({ low, high }) => [low, high] as const),
          dilation: list.map(({ dilation }) => dilation),
        };
        const found = evaluate('reduce_window', params, x);
        const expected = tabulate(found.shape, (index) => {
          const values = indices(params.window).map((tap) =>
            atOr(
              x,
              list.map(({ stride, low, dilation }, at) => (index[at] as number) * stride - low + (tap[at] as number) * dilation),
              Number.NaN,
            ),
          );
          return COMBINE[kind](values.filter((value) => !Number.isNaN(value)));
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('has as many positions as fit', () => {
    const pool = (size: number, window: number, stride: number, padding: readonly [number, number]) =>
      evaluate('reduce_window', { kind: 'max', window: [window], strides: [stride], padding: [padding], dilation: [1] }, random([size], 1))
        .shape[0];
    expect([pool(7, 3, 2, [0, 0]), pool(7, 3, 2, [1, 1]), pool(2, 3, 1, [0, 0]), pool(8, 2, 3, [0, 0])]).toEqual([3, 4, 0, 3]);
  });

  it('propagates NaN in max', () => {
    const params = {
      kind: 'max',
      window: [2, 1],
      strides: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilation: [1, 1],
    } as const;
    expect(elements(evaluate('reduce_window', params, f32([3, 1], [Number.NaN, 1, 2])))).toEqual([Number.NaN, 2]);
  });
});

describe('cumulative', () => {
  it('combines each element with those before, or behind when reversed', () => {
    fc.assert(
      fc.property(arrays, kinds, fc.nat(3), fc.boolean(), (x, kind, choice, reverse) => {
        const axis = choice % x.shape.length;
        const expected = tabulate(x.shape, (index) => {
          const line = Array.from({ length: x.shape[axis] as number }, (_, position) => position).filter((position) =>
            reverse ? position >= (index[axis] as number) : position <= (index[axis] as number),
          );
          return COMBINE[kind](line.map((position) => at(x, index.with(axis, position))));
        });
        expect(evaluate('cumulative', { kind, axis, reverse }, x)).toEqual(expected);
      }),
    );
  });
});

describe('arg_reduce', () => {
  it('finds the first extreme, NaN before all', () => {
    const find = (kind: 'max' | 'min', values: readonly number[]) =>
      elements(evaluate('arg_reduce', { kind, axis: 0, dtype: 'int32' }, f32([values.length], values)));
    expect([find('max', [1, 3, 3]), find('min', [2, 1, 1]), find('max', [1, Number.NaN, 9, Number.NaN])]).toEqual([[1], [1], [1]]);
  });

  it('drops its axis and gives the dtype asked for', () => {
    const found = evaluate('arg_reduce', { kind: 'max', axis: 1, dtype: 'int64' }, i32([2, 3, 2], [1, 9, 5, 0, 3, 4, 0, 0, 0, 1, 2, 0]));
    expect(found).toEqual(array('int64', [2, 2], [1n, 0n, 2n, 1n]));
    expect(() => evaluate('arg_reduce', { kind: 'max', axis: 0, dtype: 'float32' }, i32([1], [1]))).toThrow('integer dtype');
    expect(() => evaluate('arg_reduce', { kind: 'max', axis: 0, dtype: 'int32' }, i32([0], []))).toThrow('no elements');
  });
});

describe('sort and top_k', () => {
  it('sort is stable, ascending, with NaN last, and carries the other operands along', () => {
    const keys = f32([5], [2, Number.NaN, -1, 2, Number.NEGATIVE_INFINITY]);
    const [sorted, carried] = evaluateAll('sort', { axis: 0, keys: 1 }, keys, i32([5], [0, 1, 2, 3, 4])) as [NDArray, NDArray];
    expect(elements(sorted)).toEqual([Number.NEGATIVE_INFINITY, -1, 2, 2, Number.NaN]);
    expect(elements(carried)).toEqual([4, 2, 0, 3, 1]);
  });

  it('sort breaks ties by the second key', () => {
    const [, second] = evaluateAll('sort', { axis: 0, keys: 2 }, i32([3], [1, 1, 0]), array('int64', [3], [5n, -5n, 9n])) as [
      NDArray,
      NDArray,
    ];
    expect(elements(second)).toEqual([9n, -5n, 5n]);
  });

  it('sort works along any axis', () => {
    expect(elements(evaluate('sort', { axis: 0, keys: 1 }, i32([2, 3], [5, 1, 6, 2, 3, 4])))).toEqual([2, 1, 4, 5, 3, 6]);
  });

  it('top_k gives the largest first and of equals the first index first', () => {
    const [values, order] = evaluateAll('top_k', { k: 3 }, f32([2, 4], [1, 7, 7, 3, 0, -1, -2, Number.NaN])) as [NDArray, NDArray];
    expect(elements(values)).toEqual([7, 7, 3, Number.NaN, 0, -1]);
    expect(order).toEqual(i32([2, 3], [1, 2, 3, 3, 0, 1]));
    expect(() => evaluate('top_k', { k: 5 }, f32([2, 4], [0, 0, 0, 0, 0, 0, 0, 0]))).toThrow('at least 5 elements');
  });
});
