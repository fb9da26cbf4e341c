// pad: a fill value before, after and between elements; negative amounts before and after crop.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { elementCount, type Shape, stridesOf } from '../shape.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, requireIntegers, requirePerAxis, typeError } from './type-rules.ts';

export const pad: Primitive<'pad'> = {
  name: 'pad',
  infer(inputs, params) {
    const [x, fill] = operands('pad', inputs, 2);
    if (fill.dtype !== x.dtype || fill.shape.length > 0) throw typeError('pad', "expected a scalar fill of the operand's dtype.", inputs);
    for (const name of ['low', 'high', 'interior'] as const) {
      requirePerAxis('pad', name, params[name], x.shape.length);
      requireIntegers('pad', name, params[name], name === 'interior' ? 0 : undefined);
    }
    const shape = paddedShape(x.shape, params);
    if (shape.some((size) => size < 0)) throw typeError('pad', 'the padding crops more than there is.', inputs);
    return [{ dtype: x.dtype, shape }];
  },
  evaluate(inputs, params) {
    const [x, fill] = operands<NDArray>('pad', inputs, 2);
    const shape = paddedShape(x.shape, params);
    const data = allocate(x.dtype, elementCount(shape)).fill(fill.data[0] as never);
    copyKept(x, params, shape, data);
    return [{ dtype: x.dtype, shape, data }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient({ lax, inputs: [x], params: { low, high, interior }, cotangents: [cotangent], needed }) {
    if (!x || !cotangent) return [];
    const zero = lax.scalar(0, x.dtype);
    const none = low.map(() => 0);
    const negated = (amounts: readonly number[]): number[] => amounts.map((amount) => -amount);
    const uncropped = lax.pad(cotangent, zero, negated(low), negated(high), none);
    const inner = interior.every((between) => between === 0)
      ? uncropped
      : lax.slice(
          uncropped,
          none,
          uncropped.shape,
          interior.map((between) => between + 1),
        );
    if (!needed[1]) return [inner, null];
    const axes = x.shape.map((_, axis) => axis);
    return [inner, lax.subtract(lax.reduce('sum', cotangent, axes), lax.reduce('sum', inner, axes))];
  },
  batchAxes([axis = null, fill = null], _inputs, { low, high, interior }) {
    if (fill !== null) return undefined;
    if (axis === null) return [null];
    return low[axis] === 0 && high[axis] === 0 && interior[axis] === 0 ? [axis] : undefined;
  },
};

const paddedShape = (shape: Shape, { low, high, interior }: PrimitiveParams['pad']): number[] =>
  shape.map((size, axis) => size + Math.max(0, size - 1) * (interior[axis] as number) + (low[axis] as number) + (high[axis] as number));

/** Copies the elements that are not cropped to their places in the result. */
function copyKept(x: NDArray, { low, interior }: PrimitiveParams['pad'], shape: Shape, data: NDArray['data']): void {
  // Element i of an axis lands at low + i * step; `first` is the first that lands inside, `counts` how many do.
  const steps = interior.map((between) => between + 1);
  const first = low.map((before, axis) => Math.max(0, Math.ceil(-before / (steps[axis] as number))));
  const counts = x.shape.map((size, axis) => {
    const room = (shape[axis] as number) - 1 - (low[axis] as number);
    return Math.max(0, Math.min(size - 1, Math.floor(room / (steps[axis] as number))) - (first[axis] as number) + 1);
  });
  const from = stridesOf(x.shape);
  const to = stridesOf(shape);
  const offset = from.reduce((sum, stride, axis) => sum + stride * (first[axis] as number), 0);
  const target = to.reduce(
    (sum, stride, axis) => sum + stride * ((low[axis] as number) + (first[axis] as number) * (steps[axis] as number)),
    0,
  );
  const strides = to.map((stride, axis) => stride * (steps[axis] as number));
  copyStrided(counts, x.data, { offset, strides: from }, data, { offset: target, strides });
}
