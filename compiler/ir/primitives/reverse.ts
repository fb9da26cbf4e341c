// reverse: the order of elements along some axes turned round.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { stridesOf } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, requireAxes } from './type-rules.ts';

export const reverse: Primitive<'reverse'> = {
  name: 'reverse',
  infer(inputs, { axes }) {
    const [x] = operands('reverse', inputs, 1);
    requireAxes('reverse', 'axes', axes, x.shape.length);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate(inputs, { axes }) {
    const [{ dtype, shape, data }] = operands<NDArray>('reverse', inputs, 1);
    const own = stridesOf(shape);
    const isReversed = (axis: number): boolean => axes.includes(axis);
    const strides = own.map((stride, axis) => (isReversed(axis) ? -stride : stride));
    const offset = axes.reduce((sum, axis) => sum + (own[axis] as number) * ((shape[axis] as number) - 1), 0);
    const result = allocate(dtype, data.length);
    copyStrided(shape, data, { offset, strides }, result, { offset: 0, strides: own });
    return [{ dtype, shape, data: result }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient: ({ lax, params: { axes }, cotangents: [cotangent] }) => [cotangent ? lax.reverse(cotangent, axes) : null],
  batchAxes: ([axis = null], _inputs, { axes }) => (axis !== null && axes.includes(axis) ? undefined : [axis]),
};
