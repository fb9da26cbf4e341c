// slice: a box with steps; start and limit per axis are fixed.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { elementCount, stridesOf } from '../shape.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, requireIntegers, requirePerAxis, typeError } from './type-rules.ts';

export const slice: Primitive<'slice'> = {
  name: 'slice',
  infer(inputs, params) {
    const [x] = operands('slice', inputs, 1);
    for (const name of ['start', 'limit', 'strides'] as const) {
      requirePerAxis('slice', name, params[name], x.shape.length);
      requireIntegers('slice', name, params[name], name === 'strides' ? 1 : 0);
    }
    x.shape.forEach((size, axis) => {
      const start = params.start[axis] as number;
      const limit = params.limit[axis] as number;
      if (start > limit || limit > size)
        throw typeError('slice', `${start}..${limit} does not lie in axis ${axis} of size ${size}.`, inputs);
    });
    return [{ dtype: x.dtype, shape: sliceShape(params) }];
  },
  evaluate(inputs, params) {
    const [x] = operands<NDArray>('slice', inputs, 1);
    const shape = sliceShape(params);
    const own = stridesOf(x.shape);
    const offset = own.reduce((sum, stride, axis) => sum + stride * (params.start[axis] as number), 0);
    const strides = own.map((stride, axis) => stride * (params.strides[axis] as number));
    const data = allocate(x.dtype, elementCount(shape));
    copyStrided(shape, x.data, { offset, strides }, data, { offset: 0, strides: stridesOf(shape) });
    return [{ dtype: x.dtype, shape, data }];
  },
  cost: (_inputs, _params, outputs) => movementCost(outputs, outputs),
  gradient({ lax, inputs: [x], params: { start, strides }, cotangents: [cotangent] }) {
    if (!x || !cotangent) return [];
    const last = cotangent.shape.map(
      (size, axis) => (start[axis] as number) + Math.max(0, size - 1) * (strides[axis] as number) + Math.min(size, 1),
    );
    const high = x.shape.map((size, axis) => size - (last[axis] as number));
    const interior = strides.map((stride) => stride - 1);
    return [lax.pad(cotangent, lax.scalar(0, x.dtype), start, high, interior)];
  },
  batchAxes([axis = null], [x], { start, limit, strides }) {
    if (axis === null) return [null];
    const isWhole = start[axis] === 0 && limit[axis] === x?.shape[axis] && strides[axis] === 1;
    return isWhole ? [axis] : undefined;
  },
};

const sliceShape = ({ start, limit, strides }: PrimitiveParams['slice']): number[] =>
  start.map((first, axis) => Math.ceil(((limit[axis] as number) - first) / (strides[axis] as number)));
