// Which keys a query sees: true where it does.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

const positions = (queries: number, keys: number): readonly [Tensor, Tensor] => [
  ops.reshape(ops.arange(queries, { dtype: 'int32' }), [1, queries, 1]),
  ops.reshape(ops.arange(keys, { dtype: 'int32' }), [1, 1, keys]),
];

/** (1, queries, keys): no later key. */
export function causalMask(queries: number, keys: number): Tensor {
  const [row, column] = positions(queries, keys);
  return ops.greaterEqual(row, column);
}

/** (1, queries, keys): keys less than `width` places away. */
export function windowMask(queries: number, keys: number, width: number): Tensor {
  const [row, column] = positions(queries, keys);
  return ops.less(ops.abs(ops.subtract(row, column)), width);
}

/** Where all of the masks are true; undefined if there is none. */
export function allOf(masks: readonly (Tensor | undefined)[]): Tensor | undefined {
  const given = masks.filter((mask) => mask !== undefined);
  return given.length === 0 ? undefined : given.map((mask) => ops.cast(mask, 'bool')).reduce((a, b) => ops.logicalAnd(a, b));
}
