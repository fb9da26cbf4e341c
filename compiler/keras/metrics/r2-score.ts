// The coefficient of determination: how much of the targets' variance predictions explain.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { matchRanks } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';

/** The mean over outputs, the mean weighted by their variances, or null: one score per output. */
export type ClassAggregation = 'uniform_average' | 'variance_weighted_average' | null;

export interface R2ScoreOptions extends MetricOptions {
  /** Default uniform_average. */
  readonly classAggregation?: ClassAggregation;
  /** The number of independent variables: above 0 the score is adjusted for it. Default 0. */
  readonly numRegressors?: number;
}

const AGGREGATIONS: readonly unknown[] = [null, 'uniform_average', 'variance_weighted_average'];

interface Sums {
  readonly squaredSum: Variable;
  readonly sum: Variable;
  readonly residual: Variable;
  readonly count: Variable;
}

/** `1 - sum((true - pred)^2) / sum((true - mean)^2)`: 1 at best. Targets and predictions of shape (batch, outputs). */
export class R2Score extends Metric<PairArguments, Tensor> {
  override readonly direction = 'up';
  readonly classAggregation: ClassAggregation;
  readonly numRegressors: number;
  readonly numSamples: Variable;
  sums: Sums | undefined = undefined;

  constructor({ classAggregation = 'uniform_average', numRegressors = 0, ...options }: R2ScoreOptions = {}) {
    super({ name: 'r2_score', ...options });
    if (!AGGREGATIONS.includes(classAggregation)) {
      refuse(
        `Invalid value for argument \`class_aggregation\`. Expected one of ${AGGREGATIONS.map(quote).join(', ')}. Received: class_aggregation=${quote(classAggregation)}`,
      );
    }
    if (!(numRegressors >= 0)) {
      refuse(`Invalid value for argument \`num_regressors\`. Expected a value >= 0. Received: num_regressors=${quote(numRegressors)}`);
    }
    this.classAggregation = classAggregation;
    this.numRegressors = numRegressors;
    this.numSamples = this.addVariable([], { name: 'num_samples' });
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const [targets, predictions] = matchRanks(ops.cast(yTrue, this.dtype), ops.cast(yPred, this.dtype));
    this.sums ??= this.#sumsFor(targets, predictions);
    const given = ops.cast(sampleWeight ?? 1, this.dtype);
    const weight = ops.broadcastTo(given.rank === 1 ? ops.expandDims(given, 1) : given, targets.shape);
    const weighted = ops.multiply(targets, weight);
    const { sum, squaredSum, residual, count } = this.sums;
    accumulate(sum, weighted);
    accumulate(squaredSum, ops.multiply(targets, weighted));
    accumulate(residual, ops.multiply(ops.square(ops.subtract(targets, predictions)), weight));
    accumulate(count, weight);
    this.numSamples.assign(ops.add(this.numSamples.read(), targets.size));
  }

  #sumsFor(targets: Tensor, predictions: Tensor): Sums {
    if (targets.rank !== 2 || predictions.rank !== 2) {
      refuse(
        'R2Score expects 2D inputs with shape (batch_size, output_dim). ' +
          `Received input shapes: y_pred.shape=${formatShape(predictions.shape)} and y_true.shape=${formatShape(targets.shape)}.`,
      );
    }
    const shape = predictions.shape.slice(1);
    const [squaredSum, sum, residual, count] = ['squared_sum', 'sum', 'residual', 'count'].map((name) => this.addVariable(shape, { name }));
    return { squaredSum, sum, residual, count } as Sums;
  }

  override result(): Tensor {
    if (!this.sums) return refuse('R2Score has no result before its first update.');
    const { sum, squaredSum, residual, count } = this.sums;
    const mean = ops.divide(sum.read(), count.read());
    const total = ops.subtract(squaredSum.read(), ops.multiply(sum.read(), mean));
    const raw = ops.subtract(1, ops.divide(residual.read(), total));
    return this.#adjust(this.#aggregate(ops.where(ops.isinf(raw), 0, raw) as Tensor, total));
  }

  #aggregate(scores: Tensor, total: Tensor): Tensor {
    if (this.classAggregation === null) return scores;
    if (this.classAggregation === 'uniform_average') return ops.mean(scores);
    return ops.divide(ops.sum(ops.multiply(total, scores)), ops.sum(total));
  }

  /** `1 - (1 - score) (n - 1) / (n - p - 1)`; where there are too few samples for that, the score itself. */
  #adjust(score: Tensor): Tensor {
    if (this.numRegressors === 0) return score;
    const n = ops.cast(this.numSamples.read(), 'float32');
    const rest = ops.subtract(n, this.numRegressors + 1);
    const isEnough = ops.greater(rest, 0);
    const ratio = ops.divide(ops.subtract(n, 1), ops.where(isEnough, rest, 1) as Tensor);
    return ops.where(isEnough, ops.subtract(1, ops.multiply(ops.subtract(1, score), ratio)), score) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), classAggregation: this.classAggregation, numRegressors: this.numRegressors };
  }
}

/** Adds the sum over samples. */
const accumulate = (variable: Variable, values: Tensor): void => variable.assign(ops.add(variable.read(), ops.sum(values, { axis: 0 })));

function refuse(message: string): never {
  throw new ValueError(message, { code: 'metric-option' });
}
