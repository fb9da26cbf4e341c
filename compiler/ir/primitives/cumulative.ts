// cumulative: each element combined with all before it along an axis, or with all after it.
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray } from '../reference/elements.ts';
import { monoid } from '../reference/monoids.ts';
import { stridesOf } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, requireAxes, typeError } from './type-rules.ts';

export const cumulative: Primitive<'cumulative'> = {
  name: 'cumulative',
  infer(inputs, { axis }) {
    const [x] = operands('cumulative', inputs, 1);
    if (x.dtype === 'bool') throw typeError('cumulative', 'expected a numeric operand (cast it first).', inputs);
    requireAxes('cumulative', 'axis', [axis], x.shape.length);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate(inputs, { kind, axis, reverse }) {
    const [x] = operands<NDArray>('cumulative', inputs, 1);
    const { neutral, combine } = monoid(kind, x.dtype);
    const source = readElements(x) as NumberArray;
    const result = resultArray(x) as NumberArray;
    const size = x.shape[axis] as number;
    const stride = stridesOf(x.shape)[axis] as number;
    for (let outer = 0; outer < source.length; outer += size * stride) {
      for (let inner = outer; inner < outer + stride; inner++) {
        let value = neutral;
        for (let index = 0; index < size; index++) {
          const at = inner + (reverse ? size - 1 - index : index) * stride;
          value = combine(value, source[at] as number);
          result[at] = value;
        }
      }
    }
    return [toNDArray(x, result)];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  batchAxes: ([axis = null], _inputs, params) => (axis === params.axis ? undefined : [axis]),
};
