// is_finite: true where a float is neither infinite nor NaN.
import { isFloat } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements } from '../reference/elements.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, typeError } from './type-rules.ts';

export const isFinite: Primitive<'is_finite'> = {
  name: 'is_finite',
  infer(inputs) {
    const [x] = operands('is_finite', inputs, 1);
    if (!isFloat(x.dtype)) throw typeError('is_finite', 'expected a floating-point operand.', inputs);
    return [{ dtype: 'bool', shape: x.shape }];
  },
  evaluate(inputs) {
    const [x] = operands<NDArray>('is_finite', inputs, 1);
    const data = Uint8Array.from(readElements(x) as NumberArray, (element) => (Number.isFinite(element) ? 1 : 0));
    return [{ dtype: 'bool', shape: x.shape, data }];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  gradient: 'none',
  batchAxes: elementwiseBatchAxes,
};
