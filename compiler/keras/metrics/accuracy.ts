// How often predictions equal targets.
import type { Tensor } from '../../trace/tensor.ts';
import { matchedOperands } from '../losses/operands.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** 1 where the prediction equals the target, else 0. */
function accuracy(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  return ops.cast(ops.equal(...matchedOperands(yTrue, yPred)), 'float32');
}

/** How often predictions equal targets. For probabilities see `BinaryAccuracy` and `CategoricalAccuracy`. */
export class Accuracy extends FunctionMetric {
  override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(accuracy, {}, { name: 'accuracy', ...options });
  }
}
