// The base of metrics that are the mean of a function of targets and predictions.
import type { Tensor } from '../../trace/tensor.ts';
import { getKerasMask } from '../engine/mask.ts';
import { applyMask } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';
import { RunningMean } from './mean.ts';
import type { MetricOptions, UpdateOptions } from './metric.ts';

/** A function from targets and predictions to one value per sample, or several. */
export type MetricFunction<O = never> = (yTrue: ops.TensorLike, yPred: ops.TensorLike, options?: O) => Tensor;

/** The mean of a function over all samples; the options of the function are part of the config. */
export abstract class FunctionMetric<O extends object = object> extends RunningMean {
  readonly #compute: MetricFunction<O>;
  readonly #options: O;

  constructor(compute: MetricFunction<O>, options: O, base: MetricOptions) {
    super(base);
    this.#compute = compute;
    this.#options = options;
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const mask = getKerasMask(yPred) as Tensor | undefined;
    const values = this.#compute(yTrue, yPred, this.#options);
    this.add(values, applyMask(this.#toDType(sampleWeight), this.#toDType(mask), 'sum'));
  }

  #toDType(value: ops.TensorLike | null | undefined): Tensor | undefined {
    return value === null || value === undefined ? undefined : ops.cast(value, this.dtype);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.#options };
  }
}
