// How far the directions of targets and predictions agree.
import type { Tensor } from '../../trace/tensor.ts';
import { cosineSimilarity as cosineDistance } from '../losses/all.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

interface CosineSimilarityFunctionOptions {
  /** The axis of the features. Default -1. */
  readonly axis?: number;
}

export interface CosineSimilarityOptions extends MetricOptions, CosineSimilarityFunctionOptions {}

/** `sum(l2norm(true) l2norm(pred))`: the loss of this name with the other sign. */
const cosineSimilarity = (yTrue: ops.TensorLike, yPred: ops.TensorLike, options: CosineSimilarityFunctionOptions = {}): Tensor =>
  ops.negative(cosineDistance(yTrue, yPred, options));

/** The mean of `sum(l2norm(true) l2norm(pred))`: 1 where directions agree, -1 where they are opposite. */
export class CosineSimilarity extends FunctionMetric<CosineSimilarityFunctionOptions> {
  override readonly direction = 'up';

  constructor({ axis = -1, ...options }: CosineSimilarityOptions = {}) {
    super(cosineSimilarity, { axis }, { name: 'cosine_similarity', ...options });
  }

  override getConfig(): Record<string, unknown> {
    // Keras does not write the axis.
    const { axis: _, ...config } = super.getConfig();
    return config;
  }
}
