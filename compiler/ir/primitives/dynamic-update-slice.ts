// dynamic_update_slice: the operand with a box replaced, at a start that is computed and clamped so that the box fits.
import type { NDArray } from '../ndarray.ts';
import { clampStarts, requireStarts } from '../reference/clamped-starts.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { stridesOf } from '../shape.ts';
import { commonBatchAxis } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { requireSameDTypes, typeError } from './type-rules.ts';

export const dynamicUpdateSlice: Primitive<'dynamic_update_slice'> = {
  name: 'dynamic_update_slice',
  infer(inputs) {
    const [x, update, ...starts] = inputs;
    if (!x || !update) throw typeError('dynamic_update_slice', 'expected an operand and an update.', inputs);
    requireSameDTypes('dynamic_update_slice', [x, update]);
    requireStarts('dynamic_update_slice', starts, x.shape.length);
    const fits = update.shape.length === x.shape.length && update.shape.every((size, axis) => size <= (x.shape[axis] as number));
    if (!fits) throw typeError('dynamic_update_slice', 'the update is larger than the operand.', inputs);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate(inputs) {
    const [x, update, ...starts] = inputs as readonly [NDArray, NDArray, ...NDArray[]];
    const own = stridesOf(x.shape);
    const first = clampStarts(starts, x.shape, update.shape);
    const offset = own.reduce((sum, stride, axis) => sum + stride * (first[axis] as number), 0);
    const data = x.data.slice();
    copyStrided(update.shape, update.data, { offset: 0, strides: stridesOf(update.shape) }, data, { offset, strides: own });
    return [{ dtype: x.dtype, shape: x.shape, data }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient({ lax, inputs: [, update, ...starts], cotangents: [cotangent] }) {
    if (!update || !cotangent) return [];
    const rest = lax.dynamic_update_slice(cotangent, lax.fullLike(update, 0), starts);
    return [rest, lax.dynamic_slice(cotangent, starts, update.shape)];
  },
  batchAxes([x = null, update = null, ...starts], inputs) {
    const axis = commonBatchAxis([x, update]);
    if (axis === undefined || starts.some((start) => start !== null)) return undefined;
    const isWhole = axis === null || inputs[0]?.shape[axis] === inputs[1]?.shape[axis];
    return isWhole ? [axis] : undefined;
  },
};
