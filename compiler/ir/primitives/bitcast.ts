// bitcast: the same bits read as another dtype of the same size.
import { bytesPerElement, viewAs } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, typeError } from './type-rules.ts';

export const bitcast: Primitive<'bitcast'> = {
  name: 'bitcast',
  infer(inputs, { dtype }) {
    const [x] = operands('bitcast', inputs, 1);
    const hasBool = x.dtype === 'bool' || dtype === 'bool';
    if (bytesPerElement(dtype) !== bytesPerElement(x.dtype) || hasBool) {
      throw typeError('bitcast', `expected an operand of the size of ${dtype}; bool is refused.`, inputs);
    }
    return [{ dtype, shape: x.shape }];
  },
  evaluate(inputs, { dtype }) {
    const [{ data, shape }] = operands<NDArray>('bitcast', inputs, 1);
    return [{ dtype, shape, data: viewAs(dtype, data.buffer, data.byteOffset, data.length) }];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient: 'none',
  batchAxes: elementwiseBatchAxes,
};
