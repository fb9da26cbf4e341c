// The root of the mean of `(true - pred)^2`.
import type { Tensor } from '../../trace/tensor.ts';
import { matchRanks } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';
import { RunningMean } from './mean.ts';
import type { MetricOptions, UpdateOptions } from './metric.ts';

/** The root of the mean of `(true - pred)^2`. */
export class RootMeanSquaredError extends RunningMean {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super({ name: 'root_mean_squared_error', ...options });
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const [targets, predictions] = matchRanks(ops.cast(yTrue, this.dtype), ops.cast(yPred, this.dtype));
    this.add(ops.square(ops.subtract(predictions, targets)), sampleWeight);
  }

  override result(): Tensor {
    return ops.sqrt(super.result());
  }
}
