// broadcast: repeats an operand along new axes and along axes of size 1.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { elementCount, stridesOf } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, requireAxes, requireDimensions, requirePerAxis, typeError } from './type-rules.ts';

export const broadcast: Primitive<'broadcast'> = {
  name: 'broadcast',
  infer(inputs, { shape, axes }) {
    const [x] = operands('broadcast', inputs, 1);
    requireDimensions('broadcast', 'shape', shape);
    requirePerAxis('broadcast', 'axes', axes, x.shape.length);
    requireAxes('broadcast', 'axes', axes, shape.length);
    axes.forEach((target, axis) => {
      const size = x.shape[axis];
      if (size !== 1 && size !== shape[target]) {
        throw typeError('broadcast', `axis ${axis} of size ${size} does not fit axis ${target} of [${shape.join(', ')}].`, inputs);
      }
    });
    return [{ dtype: x.dtype, shape }];
  },
  evaluate(inputs, { shape, axes }) {
    const [x] = operands<NDArray>('broadcast', inputs, 1);
    const data = allocate(x.dtype, elementCount(shape));
    if (x.data.length === 1) return [{ dtype: x.dtype, shape, data: data.fill(x.data[0] as never) }];
    const own = stridesOf(x.shape);
    const strides = shape.map(() => 0);
    axes.forEach((target, axis) => {
      strides[target] = x.shape[axis] === 1 ? 0 : (own[axis] as number);
    });
    copyStrided(shape, x.data, { offset: 0, strides }, data, { offset: 0, strides: stridesOf(shape) });
    return [{ dtype: x.dtype, shape, data }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient({ lax, inputs: [x], params: { shape, axes }, cotangents: [cotangent] }) {
    if (!x || !cotangent) return [];
    const isStretched = (axis: number): boolean => x.shape[axis] !== shape[axes[axis] as number];
    const kept = axes.filter((_, axis) => !isStretched(axis));
    const repeated = shape.map((_, axis) => axis).filter((axis) => !kept.includes(axis));
    const sum = repeated.length > 0 ? lax.reduce('sum', cotangent, repeated) : cotangent;
    // What is left lies in the order of the result's axes.
    const order = kept.toSorted((a, b) => a - b);
    const ordered = lax.transpose(
      sum,
      kept.map((axis) => order.indexOf(axis)),
    );
    return [lax.reshape(ordered, x.shape)];
  },
  batchAxes([axis], [x], { shape, axes }) {
    if (axis === null || axis === undefined) return [null];
    const target = axes[axis] as number;
    // A batch of size 1 that is stretched is no batch any more.
    return x?.shape[axis] === shape[target] ? [target] : undefined;
  },
};
