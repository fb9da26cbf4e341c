import { describe, expect, it } from 'vitest';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { GatherNumbers } from '../../compiler/ir/primitives/params.ts';
import { at, type Index, indices, random, tabulate } from './by-index.ts';
import { array, elements, evaluate, f32, i32 } from './evaluate-primitive.ts';

const ROWS: GatherNumbers = { offsetAxes: [1], collapsedAxes: [0], operandBatchAxes: [], indicesBatchAxes: [], startIndexMap: [0] };

const CASES: readonly {
  readonly title: string;
  readonly operand: number[];
  readonly indices: NDArray;
  readonly numbers: GatherNumbers;
  readonly sliceSizes: number[];
}[] = [
  {
    title: 'rows of a table',
    operand: [5, 3],
    indices: i32([2, 2, 1], [4, 0, 2, 2]),
    numbers: { ...ROWS, offsetAxes: [2] },
    sliceSizes: [1, 3],
  },
  {
    title: 'windows',
    operand: [4, 5],
    indices: i32([3, 2], [0, 1, 2, 3, 1, 0]),
    numbers: { ...ROWS, offsetAxes: [1, 2], collapsedAxes: [], startIndexMap: [0, 1] },
    sliceSizes: [2, 2],
  },
  {
    title: 'transposed index vectors',
    operand: [4, 5],
    indices: i32([3, 2], [1, 0, 3, 2, 0, 1]),
    numbers: { ...ROWS, offsetAxes: [], collapsedAxes: [0, 1], startIndexMap: [1, 0] },
    sliceSizes: [1, 1],
  },
  {
    title: 'offset axes in front',
    operand: [4, 3],
    indices: i32([2, 1], [3, 1]),
    numbers: { ...ROWS, offsetAxes: [0] },
    sliceSizes: [1, 3],
  },
  {
    title: 'one row per batch',
    operand: [2, 4, 3],
    indices: i32([2, 2, 1], [0, 3, 1, 2]),
    numbers: { offsetAxes: [2], collapsedAxes: [1], operandBatchAxes: [0], indicesBatchAxes: [0], startIndexMap: [1] },
    sliceSizes: [1, 1, 3],
  },
  {
    title: 'starts out of range',
    operand: [4, 3],
    indices: i32([3, 1], [-5, 99, 3]),
    numbers: { ...ROWS, offsetAxes: [1, 2], collapsedAxes: [] },
    sliceSizes: [2, 2],
  },
];

/** Operand index of the result's element, by XLA's definition of gather; starts as given, not yet clamped. */
function addressOf(
  index: Index,
  operand: NDArray,
  indexArray: NDArray,
  numbers: GatherNumbers,
): { readonly start: number[]; readonly offset: number[] } {
  const batch = index.filter((_, axis) => !numbers.offsetAxes.includes(axis));
  const offsets = numbers.offsetAxes.map((axis) => index[axis] as number);
  const start = operand.shape.map((_, axis) => {
    const component = numbers.startIndexMap.indexOf(axis);
    if (component >= 0) return at(indexArray, [...batch, component]);
    const pair = numbers.operandBatchAxes.indexOf(axis);
    return pair >= 0 ? (batch[numbers.indicesBatchAxes[pair] as number] as number) : 0;
  });
  const isDropped = (axis: number): boolean => numbers.collapsedAxes.includes(axis) || numbers.operandBatchAxes.includes(axis);
  const offset = operand.shape.map((_, axis) => (isDropped(axis) ? 0 : (offsets.shift() as number)));
  return { start, offset };
}

describe('gather', () => {
  it.each(CASES)('takes $title by the definition, with clamped starts', ({ operand: shape, indices: indexArray, numbers, sliceSizes }) => {
    const operand = random(shape, 3);
    const found = evaluate('gather', { ...numbers, sliceSizes }, operand, indexArray);
    const expected = tabulate(found.shape, (index) => {
      const { start, offset } = addressOf(index, operand, indexArray, numbers);
      return at(
        operand,
        start.map(
          (first, axis) => Math.min(Math.max(first, 0), (shape[axis] as number) - (sliceSizes[axis] as number)) + (offset[axis] as number),
        ),
      );
    });
    expect(found).toEqual(expected);
  });

  it('gives shapes with the slices along the offset axes', () => {
    expect(
      evaluate('gather', { ...ROWS, offsetAxes: [2], sliceSizes: [1, 3] }, random([5, 3], 1), i32([2, 4, 1], new Array(8).fill(0))).shape,
    ).toEqual([2, 4, 3]);
  });

  it('refuses axis numbers that contradict the operands', () => {
    const gather = (numbers: Partial<GatherNumbers>, sliceSizes = [1, 3]) =>
      evaluate('gather', { ...ROWS, ...numbers, sliceSizes }, random([5, 3], 1), i32([2, 1], [0, 1]));
    expect(() => gather({ startIndexMap: [0, 1] })).toThrow('index vectors of 2 components');
    expect(() => gather({ offsetAxes: [] })).toThrow('one of `offsetAxes` per operand axis');
    expect(() => gather({}, [2, 3])).toThrow('slice size 1 along collapsed');
    expect(() => gather({}, [1, 4])).toThrow('larger than the operand');
    expect(() => gather({ operandBatchAxes: [0], collapsedAxes: [], indicesBatchAxes: [0] })).toThrow('equal sizes');
    expect(() => evaluate('gather', { ...ROWS, sliceSizes: [1, 3] }, random([5, 3], 1), f32([2, 1], [0, 1]))).toThrow('int32 indices');
  });
});

describe('scatter', () => {
  it.each(CASES)(
    'adds to $title what gather would take, and drops slices that do not fit',
    ({ operand: shape, indices: indexArray, numbers, sliceSizes }) => {
      const operand = random(shape, 4);
      const updates = random(evaluate('gather', { ...numbers, sliceSizes }, operand, indexArray).shape, 5);
      const expected = new Map(indices(shape).map((index) => [index.join(), at(operand, index)]));
      for (const index of indices(updates.shape)) {
        const { start, offset } = addressOf(index, operand, indexArray, numbers);
        const fits = start.every((first, axis) => first >= 0 && first + (sliceSizes[axis] as number) <= (shape[axis] as number));
        const place = start.map((first, axis) => first + (offset[axis] as number)).join();
        if (fits) expected.set(place, (expected.get(place) as number) + at(updates, index));
      }
      expect(elements(evaluate('scatter', { ...numbers, kind: 'add' }, operand, indexArray, updates))).toEqual(
        [...expected.values()].map(Math.fround),
      );
    },
  );

  it('combines by kind; with update the last wins', () => {
    const numbers: GatherNumbers = { offsetAxes: [], collapsedAxes: [0], operandBatchAxes: [], indicesBatchAxes: [], startIndexMap: [0] };
    const scatter = (kind: 'update' | 'add' | 'multiply' | 'min' | 'max') =>
      elements(evaluate('scatter', { ...numbers, kind }, i32([3], [10, 20, 30]), i32([4, 1], [0, 0, 2, 3]), i32([4], [7, 3, 40, 99])));
    expect(scatter('update')).toEqual([3, 20, 40]);
    expect(scatter('add')).toEqual([20, 20, 70]);
    expect(scatter('multiply')).toEqual([210, 20, 1200]);
    expect(scatter('min')).toEqual([3, 20, 30]);
    expect(scatter('max')).toEqual([10, 20, 40]);
  });

  it('accumulates float16 in double and rounds once, and wraps 64-bit integers', () => {
    const numbers: GatherNumbers = { offsetAxes: [], collapsedAxes: [0], operandBatchAxes: [], indicesBatchAxes: [], startIndexMap: [0] };
    const tiny = array('float16', [2], [2 ** -12, 2 ** -12]);
    const zeros = i32([2, 1], [0, 0]);
    expect(elements(evaluate('scatter', { ...numbers, kind: 'add' }, array('float16', [1], [1 + 2 ** -10]), zeros, tiny))).toEqual([
      1 + 2 ** -9,
    ]);
    const big = array('int64', [1], [2n ** 63n - 1n]);
    expect(elements(evaluate('scatter', { ...numbers, kind: 'add' }, big, zeros, array('int64', [2], [1n, 1n])))).toEqual([
      -(2n ** 63n) + 1n,
    ]);
  });

  it('refuses updates that do not fit', () => {
    const scatter = (updates: NDArray, kind: 'add' | 'update' = 'add') =>
      evaluate('scatter', { ...ROWS, kind }, random([5, 3], 1), i32([2, 1], [0, 1]), updates);
    expect(() => scatter(random([2, 4], 1))).toThrow('do not fit');
    expect(() => scatter(i32([2, 3], [1, 2, 3, 4, 5, 6]))).toThrow('one dtype');
    expect(() => scatter(random([3, 3], 1), 'update')).toThrow('do not fit');
  });
});
