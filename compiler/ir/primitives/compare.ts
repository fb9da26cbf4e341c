// compare: two operands of one type to bool; with NaN every direction but not_equal is false.
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements } from '../reference/elements.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { CompareDirection } from './params.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, requireSameTypes } from './type-rules.ts';

export const compare: Primitive<'compare'> = {
  name: 'compare',
  infer(inputs) {
    const [x] = operands('compare', inputs, 2);
    requireSameTypes('compare', inputs);
    return [{ dtype: 'bool', shape: x.shape }];
  },
  evaluate(inputs, { direction }) {
    const [x, y] = operands<NDArray>('compare', inputs, 2);
    const a = readElements(x) as NumberArray;
    const b = readElements(y) as NumberArray;
    const result = new Uint8Array(a.length);
    compareAll(RELATIONS[direction], a, b, result);
    return [{ dtype: 'bool', shape: x.shape, data: result }];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  gradient: 'none',
  batchAxes: elementwiseBatchAxes,
};

type Relation = (x: number, y: number) => boolean;

/** The operators work on bigints as on numbers. */
const RELATIONS: Record<CompareDirection, Relation> = {
  equal: (x, y) => x === y,
  not_equal: (x, y) => x !== y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
};

function compareAll(relation: Relation, a: NumberArray, b: NumberArray, result: Uint8Array): void {
  for (let index = 0; index < result.length; index++) result[index] = relation(a[index] as number, b[index] as number) ? 1 : 0;
}
