// dynamic_slice: a box of fixed size at a start that is computed; the start is clamped so that the box fits.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { clampStarts, requireStarts } from '../reference/clamped-starts.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { elementCount, stridesOf } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { requireDimensions, requirePerAxis, typeError } from './type-rules.ts';

export const dynamicSlice: Primitive<'dynamic_slice'> = {
  name: 'dynamic_slice',
  infer(inputs, { sizes }) {
    const [x, ...starts] = inputs;
    if (!x) throw typeError('dynamic_slice', 'expected an operand.');
    requireStarts('dynamic_slice', starts, x.shape.length);
    requirePerAxis('dynamic_slice', 'sizes', sizes, x.shape.length);
    requireDimensions('dynamic_slice', 'sizes', sizes);
    if (sizes.some((size, axis) => size > (x.shape[axis] as number))) {
      throw typeError('dynamic_slice', `a slice of [${sizes.join(', ')}] is larger than the operand.`, inputs);
    }
    return [{ dtype: x.dtype, shape: sizes }];
  },
  evaluate(inputs, { sizes }) {
    const [x, ...starts] = inputs as readonly [NDArray, ...NDArray[]];
    const own = stridesOf(x.shape);
    const first = clampStarts(starts, x.shape, sizes);
    const offset = own.reduce((sum, stride, axis) => sum + stride * (first[axis] as number), 0);
    const data = allocate(x.dtype, elementCount(sizes));
    copyStrided(sizes, x.data, { offset, strides: own }, data, { offset: 0, strides: stridesOf(sizes) });
    return [{ dtype: x.dtype, shape: sizes, data }];
  },
  cost: (_inputs, _params, outputs) => movementCost(outputs, outputs),
  gradient({ lax, inputs: [x, ...starts], cotangents: [cotangent] }) {
    if (!x || !cotangent) return [];
    return [lax.dynamic_update_slice(lax.fullLike(x, 0), cotangent, starts)];
  },
  batchAxes([axis = null, ...starts], [x], { sizes }) {
    if (starts.some((start) => start !== null)) return undefined;
    return axis === null || x?.shape[axis] === sizes[axis] ? [axis] : undefined;
  },
};
