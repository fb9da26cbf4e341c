// select: per element, the second operand where the first is true, else the third.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import type { NumberArray } from '../reference/elements.ts';
import { sameShape } from '../shape.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, requireSameTypes, typeError } from './type-rules.ts';

export const select: Primitive<'select'> = {
  name: 'select',
  infer(inputs) {
    const [condition, onTrue, onFalse] = operands('select', inputs, 3);
    if (condition.dtype !== 'bool' || !sameShape(condition.shape, onTrue.shape)) {
      throw typeError('select', "expected a bool condition of the branches' shape.", inputs);
    }
    requireSameTypes('select', [onTrue, onFalse]);
    return [{ dtype: onTrue.dtype, shape: onTrue.shape }];
  },
  evaluate(inputs) {
    const [condition, onTrue, onFalse] = operands<NDArray>('select', inputs, 3);
    const result = allocate(onTrue.dtype, onTrue.data.length);
    selectAll(condition.data as Uint8Array, onTrue.data as NumberArray, onFalse.data as NumberArray, result as NumberArray);
    return [{ dtype: onTrue.dtype, shape: onTrue.shape, data: result }];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  gradient({ lax, inputs: [condition], cotangents: [cotangent] }) {
    if (!condition || !cotangent) return [];
    const zero = lax.fullLike(cotangent, 0);
    return [null, lax.select(condition, cotangent, zero), lax.select(condition, zero, cotangent)];
  },
  batchAxes: elementwiseBatchAxes,
};

function selectAll(condition: Uint8Array, onTrue: NumberArray, onFalse: NumberArray, result: NumberArray): void {
  for (let index = 0; index < result.length; index++) {
    result[index] = (condition[index] ? onTrue[index] : onFalse[index]) as number;
  }
}
