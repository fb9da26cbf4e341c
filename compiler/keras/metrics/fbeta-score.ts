// The weighted harmonic mean of precision and recall.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';

/** Over classes: null gives a score for each, `micro` counts them together, `weighted` weighs by how often they occur. */
export type ScoreAverage = 'micro' | 'macro' | 'weighted' | null;

export interface F1ScoreOptions extends MetricOptions {
  /** Default null: one score per class. */
  readonly average?: ScoreAverage;
  /** Above it a class is predicted. Default null: the class with the largest prediction is. */
  readonly threshold?: number | null;
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How many times recall counts as much as precision. Default 1. */
  readonly beta?: number;
}

const AVERAGES: readonly unknown[] = [null, 'micro', 'macro', 'weighted'];
/** A largest prediction of no more than this predicts nothing. */
const NEGLIGIBLE = 1e-9;

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly intermediateWeights: Variable;
}

/** `(1 + beta^2) precision recall / (beta^2 precision + recall)`. Labels are one-hot, (batch, classes). */
export class FBetaScore extends Metric<PairArguments, Tensor> {
  override readonly direction = 'up';
  readonly average: ScoreAverage;
  readonly beta: number;
  readonly threshold: number | null;
  counts: Counts | undefined = undefined;

  constructor({ average = null, beta = 1, threshold = null, ...options }: FBetaScoreOptions = {}) {
    super({ name: 'fbeta_score', ...options });
    if (!AVERAGES.includes(average)) {
      refuse(`Invalid \`average\` argument value. Expected one of: {None, 'micro', 'macro', 'weighted'}. Received: average=${average}`);
    }
    if (typeof beta !== 'number') refuse(`Invalid \`beta\` argument value. It should be a number. Received: beta=${quote(beta)}`);
    if (!(beta > 0)) refuse(`Invalid \`beta\` argument value. It should be > 0. Received: beta=${beta}`);
    if (threshold !== null && !(threshold > 0 && threshold <= 1)) {
      refuse(`Invalid \`threshold\` argument value. It should verify 0 < threshold <= 1. Received: threshold=${quote(threshold)}`);
    }
    this.average = average;
    this.beta = beta;
    this.threshold = threshold;
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const targets = ops.cast(yTrue, this.dtype);
    const scores = ops.cast(yPred, this.dtype);
    this.counts ??= this.#countsFor(targets, scores);
    const predicted = ops.cast(this.#isPredicted(scores), this.dtype);
    const weight = sampleWeight === null || sampleWeight === undefined ? undefined : ops.expandDims(ops.cast(sampleWeight, this.dtype), 1);
    const axis = this.average === 'micro' ? null : 0;
    const accumulate = (variable: Variable, values: Tensor): void =>
      variable.assign(ops.add(variable.read(), ops.sum(weight ? ops.multiply(values, weight) : values, { axis })));
    accumulate(this.counts.truePositives, ops.multiply(predicted, targets));
    accumulate(this.counts.falsePositives, ops.multiply(predicted, ops.subtract(1, targets)));
    accumulate(this.counts.falseNegatives, ops.multiply(ops.subtract(1, predicted), targets));
    accumulate(this.counts.intermediateWeights, targets);
  }

  #isPredicted(scores: Tensor): Tensor {
    if (this.threshold !== null) return ops.greater(scores, this.threshold);
    const isLargest = ops.greaterEqual(scores, ops.max(scores, { axis: -1, keepdims: true }));
    return ops.logicalAnd(isLargest, ops.greater(ops.abs(scores), NEGLIGIBLE));
  }

  #countsFor(targets: Tensor, scores: Tensor): Counts {
    if (targets.rank !== 2 || scores.rank !== 2) {
      refuse(
        'FBetaScore expects 2D inputs with shape (batch_size, output_dim). ' +
          `Received input shapes: y_pred.shape=${formatShape(scores.shape)} and y_true.shape=${formatShape(targets.shape)}.`,
      );
    }
    const shape = this.average === 'micro' ? [] : scores.shape.slice(1);
    const names = ['true_positives', 'false_positives', 'false_negatives', 'intermediate_weights'];
    const [truePositives, falsePositives, falseNegatives, intermediateWeights] = names.map((name) =>
      this.addVariable(shape, { name, dtype: this.dtype }),
    );
    return { truePositives, falsePositives, falseNegatives, intermediateWeights } as Counts;
  }

  override result(): Tensor {
    if (!this.counts) return refuse(`${this.constructor.name} has no result before its first update.`);
    const hits = this.counts.truePositives.read();
    const share = (rest: Variable): Tensor => ops.divide(hits, ops.add(ops.add(hits, rest.read()), epsilon()));
    const [precision, recall] = [share(this.counts.falsePositives), share(this.counts.falseNegatives)];
    const square = this.beta ** 2;
    const mean = ops.divide(ops.multiply(precision, recall), ops.add(ops.add(ops.multiply(precision, square), recall), epsilon()));
    return this.#aggregate(ops.multiply(mean, 1 + square), this.counts.intermediateWeights.read());
  }

  #aggregate(scores: Tensor, frequencies: Tensor): Tensor {
    if (this.average === null) return scores;
    if (this.average !== 'weighted') return ops.mean(scores);
    const weights = ops.divide(frequencies, ops.add(ops.sum(frequencies), epsilon()));
    return ops.sum(ops.multiply(scores, weights));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), average: this.average, beta: this.beta, threshold: this.threshold };
  }
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'metric-option' });
}
