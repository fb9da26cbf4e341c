// Index arithmetic: what it simplifies to, and that simplifying never changes a value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Evaluator, forEachPoint } from '../../../codegen/stage/evaluate.ts';
import {
  addIndex,
  affineOf,
  axisIndex,
  clampIndex,
  constantIndex,
  divideIndex,
  indexKey,
  multiplyIndex,
  rangeOf,
  remainderIndex,
  substituteIndex,
  valueIndex,
} from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, IndexExpr, StageExpr } from '../../../codegen/stage/stage.ts';
import { guard, substitute } from '../../../codegen/stage/substitute.ts';

const a: Axis = { name: 'a', extent: 6 };
const b: Axis = { name: 'b', extent: 8 };
const c: Axis = { name: 'c', extent: 3 };
const [i, j, k] = [axisIndex(a), axisIndex(b), axisIndex(c)];
const number = constantIndex;
const linear = (x: IndexExpr, extent: number, y: IndexExpr): IndexExpr => addIndex(multiplyIndex(x, extent), y);
const same = (left: IndexExpr, right: IndexExpr): void => expect(indexKey(left)).toBe(indexKey(right));

describe('index arithmetic', () => {
  it('undoes the linear index of a reshape', () => {
    same(divideIndex(linear(i, 8, j), 8), i);
    same(remainderIndex(linear(i, 8, j), 8), j);
    same(divideIndex(linear(linear(i, 8, j), 3, k), 24), i);
    same(remainderIndex(divideIndex(linear(linear(i, 8, j), 3, k), 3), 8), j);
  });

  it('joins quotient and remainder of one value', () => {
    const value = linear(i, 8, j);
    same(linear(divideIndex(value, 5), 5, remainderIndex(value, 5)), value);
    const parts = linear(linear(divideIndex(value, 12), 4, remainderIndex(divideIndex(value, 3), 4)), 3, remainderIndex(value, 3));
    same(parts, value);
  });

  it('drops clamps and conditions that the extents decide', () => {
    same(clampIndex(addIndex(i, number(2)), 8), addIndex(i, number(2)));
    same(clampIndex(addIndex(i, number(9)), 8), number(7));
    const zero: StageExpr = { kind: 'constant', type: 'f32', value: 0 };
    const one: StageExpr = { kind: 'constant', type: 'f32', value: 1 };
    expect(guard([{ index: i, extent: 6 }], one, zero)).toBe(one);
    expect(guard([{ index: addIndex(i, number(-6)), extent: 6 }], one, zero)).toBe(zero);
    expect(guard([{ index: addIndex(i, number(-1)), extent: 6 }], one, zero).kind).toBe('guard');
  });

  it('gives affine coefficients, or null where there is a quotient', () => {
    expect(affineOf(addIndex(linear(i, 8, j), number(3)))).toEqual({
      constant: 3,
      coefficients: new Map([
        [a, 8],
        [b, 1],
      ]),
    });
    expect(affineOf(divideIndex(j, 3))).toBeNull();
  });

  it('turns integer data expressions of positions back into indices', () => {
    const position: StageExpr = { kind: 'position', type: 'i32', index: i };
    const doubled: StageExpr = {
      kind: 'elementwise',
      type: 'i32',
      op: 'multiply',
      args: [position, { kind: 'constant', type: 'i32', value: 2 }],
    };
    same(valueIndex(doubled), multiplyIndex(i, 2));
  });

  const indices = fc.letrec<{ index: IndexExpr }>((tie) => ({
    index: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(i, j, k),
      fc.integer({ min: -9, max: 9 }).map(number),
      fc.tuple(tie('index'), tie('index')).map(([x, y]) => addIndex(x, y)),
      fc.tuple(tie('index'), fc.integer({ min: -4, max: 12 })).map(([x, n]) => multiplyIndex(x, n)),
      fc.tuple(tie('index'), fc.integer({ min: 1, max: 12 })).map(([x, n]) => divideIndex(x, n)),
      fc.tuple(tie('index'), fc.integer({ min: 1, max: 12 })).map(([x, n]) => remainderIndex(x, n)),
      fc.tuple(tie('index'), fc.integer({ min: 1, max: 12 })).map(([x, n]) => clampIndex(x, n)),
    ),
  })).index;

  const valuesOf = (index: IndexExpr): number[] => {
    const values: number[] = [];
    const environment = {
      buffer: () => {
        throw new Error('none');
      },
      values: () => [],
    };
    forEachPoint([a, b, c], new Map(), (point) => values.push(new Evaluator(environment, point).index(index)));
    return values;
  };
  const floorDivide = (value: number, by: number): number => Math.floor(value / by);

  it('never changes a value, and bounds it', () => {
    fc.assert(
      fc.property(indices, indices, fc.integer({ min: 1, max: 24 }), (x, y, n) => {
        const [xs, ys] = [valuesOf(x), valuesOf(y)];
        expect(valuesOf(addIndex(x, y))).toEqual(xs.map((value, at) => value + (ys[at] as number)));
        expect(valuesOf(divideIndex(x, n))).toEqual(xs.map((value) => floorDivide(value, n)));
        expect(valuesOf(remainderIndex(x, n))).toEqual(xs.map((value) => value - n * floorDivide(value, n)));
        expect(valuesOf(clampIndex(x, n))).toEqual(xs.map((value) => Math.max(0, Math.min(value, n - 1))));
        const { low, high } = rangeOf(x);
        expect(Math.min(...xs)).toBeGreaterThanOrEqual(low);
        expect(Math.max(...xs)).toBeLessThanOrEqual(high);
      }),
      { numRuns: 400 },
    );
  });

  it('substitutes axes and keeps shared nodes shared', () => {
    const shifted = substituteIndex(linear(i, 8, j), new Map([[a, constantIndex(2)]]));
    same(shifted, addIndex(j, number(16)));
    const load: StageExpr = { kind: 'load', type: 'f32', buffer: 0, indices: [i] };
    const square: StageExpr = { kind: 'elementwise', type: 'f32', op: 'multiply', args: [load, load] };
    const result = substitute(square, new Map([[a, j]]));
    expect(result.kind === 'elementwise' && result.args[0] === result.args[1]).toBe(true);
  });
});
