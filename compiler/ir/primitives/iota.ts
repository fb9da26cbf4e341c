// iota: 0, 1, 2... along one axis, repeated along the others.
import { is64BitInteger } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import { type NumberArray, resultArray, toNDArray, type WideArray } from '../reference/elements.ts';
import { stridesOf } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { isNumber, requireAxes, requireDimensions, typeError } from './type-rules.ts';

export const iota: Primitive<'iota'> = {
  name: 'iota',
  infer(inputs, { dtype, shape, axis }) {
    if (inputs.length > 0) throw typeError('iota', 'expected no operands.', inputs);
    if (!isNumber(dtype)) throw typeError('iota', `expected a numeric dtype, received ${dtype}.`);
    requireDimensions('iota', 'shape', shape);
    requireAxes('iota', 'axis', [axis], shape.length);
    return [{ dtype, shape }];
  },
  evaluate(_inputs, { dtype, shape, axis }) {
    const type: TensorType = { dtype, shape };
    const result = resultArray(type);
    const stride = stridesOf(shape)[axis] as number;
    const size = shape[axis] as number;
    for (let index = 0; index < result.length; index++) {
      const position = Math.floor(index / stride) % size;
      if (is64BitInteger(dtype)) (result as WideArray)[index] = BigInt(position);
      else (result as NumberArray)[index] = position;
    }
    return [toNDArray(type, result)];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient: 'none',
  batchAxes: () => [null],
};
