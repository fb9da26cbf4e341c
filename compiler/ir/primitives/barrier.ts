// barrier: the operand, of which nothing is known: what is computed from it is not merged with what is computed from the operand.
import type { NDArray } from '../ndarray.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { operands } from './type-rules.ts';

export const barrier: Primitive<'barrier'> = {
  name: 'barrier',
  infer(inputs) {
    const [x] = operands('barrier', inputs, 1);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (inputs) => [...operands<NDArray>('barrier', inputs, 1)],
  cost: () => ({ flops: 0, bytes: 0 }),
  gradient: ({ cotangents }) => cotangents,
  batchAxes: elementwiseBatchAxes,
};
