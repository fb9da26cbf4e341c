// concatenate: operands one after the other along an axis.
import { allocate } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import { copyStrided } from '../reference/strided-copy.ts';
import { elementCount, stridesOf } from '../shape.ts';
import { commonBatchAxis } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { requireAxes, requireSameDTypes, typeError } from './type-rules.ts';

export const concatenate: Primitive<'concatenate'> = {
  name: 'concatenate',
  infer(inputs, { axis }) {
    const [first] = inputs;
    if (!first) throw typeError('concatenate', 'expected at least one operand.');
    requireSameDTypes('concatenate', inputs);
    requireAxes('concatenate', 'axis', [axis], first.shape.length);
    const fits = (type: TensorType): boolean =>
      type.shape.length === first.shape.length && type.shape.every((size, index) => index === axis || size === first.shape[index]);
    if (!inputs.every(fits)) throw typeError('concatenate', `expected operands that differ in axis ${axis} only.`, inputs);
    const total = inputs.reduce((sum, type) => sum + (type.shape[axis] as number), 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, total) }];
  },
  evaluate(inputs, { axis }, outputs) {
    const { dtype, shape } = outputs[0] as TensorType;
    const data = allocate(dtype, elementCount(shape));
    const strides = stridesOf(shape);
    let offset = 0;
    for (const x of inputs) {
      copyStrided(x.shape, x.data, { offset: 0, strides: stridesOf(x.shape) }, data, { offset, strides });
      offset += (x.shape[axis] as number) * (strides[axis] as number);
    }
    return [{ dtype, shape, data }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient({ lax, inputs, params: { axis }, cotangents: [cotangent] }) {
    if (!cotangent) return [];
    let end = 0;
    return inputs.map(({ shape }) => {
      const start = end;
      end += shape[axis] as number;
      return lax.slice(
        cotangent,
        shape.map((_, other) => (other === axis ? start : 0)),
        shape.with(axis, end),
      );
    });
  },
  batchAxes(axes, _inputs, { axis }) {
    const common = commonBatchAxis(axes);
    return common === undefined || common === axis ? undefined : [common];
  },
};
