// stop_gradient: the operand, which counts as a constant when differentiating.
import type { NDArray } from '../ndarray.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { operands } from './type-rules.ts';

export const stopGradient: Primitive<'stop_gradient'> = {
  name: 'stop_gradient',
  infer(inputs) {
    const [x] = operands('stop_gradient', inputs, 1);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (inputs) => [...operands<NDArray>('stop_gradient', inputs, 1)],
  cost: () => ({ flops: 0, bytes: 0 }),
  gradient: 'none',
  batchAxes: elementwiseBatchAxes,
};
