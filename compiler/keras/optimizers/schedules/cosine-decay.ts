// A learning rate that falls along half a cosine, after a linear warm-up if asked.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { asFloat, checkSteps, LearningRateSchedule } from './learning-rate-schedule.ts';

export interface CosineDecayOptions {
  /** The share of the learning rate that is left at the end. Default 0. */
  readonly alpha?: number;
  readonly name?: string;
  /** The learning rate at the end of the warm-up. Default: no warm-up. */
  readonly warmupTarget?: number | null;
  readonly warmupSteps?: number;
}

/** `rate ((1 - alpha) (1 + cos(pi step / decaySteps)) / 2 + alpha)`. See https://arxiv.org/abs/1608.03983. */
export class CosineDecay extends LearningRateSchedule {
  static readonly positional = ['initialLearningRate', 'decaySteps'];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  override readonly name: string;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;

  constructor(initialLearningRate: number, decaySteps: number, options: CosineDecayOptions = {}) {
    super();
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = checkSteps(decaySteps, 'decay_steps');
    this.alpha = options.alpha ?? 0;
    this.name = options.name ?? 'CosineDecay';
    this.warmupTarget = options.warmupTarget ?? null;
    this.warmupSteps = options.warmupSteps ?? 0;
  }

  override invoke(step: ops.TensorLike): Tensor {
    const { warmupTarget, warmupSteps, decaySteps, initialLearningRate } = this;
    if (warmupTarget === null) return this.#decay(ops.minimum(asFloat(step), decaySteps), initialLearningRate);
    const position = ops.minimum(asFloat(step), decaySteps + warmupSteps);
    const decaying = this.#decay(ops.subtract(position, warmupSteps), warmupTarget);
    // Without steps of warm-up there is nothing to divide by.
    if (warmupSteps <= 0) return decaying;
    const warming = ops.add(ops.multiply(ops.divide(position, warmupSteps), warmupTarget - initialLearningRate), initialLearningRate);
    return ops.where(ops.less(position, warmupSteps), warming, decaying) as Tensor;
  }

  #decay(step: Tensor, from: number): Tensor {
    const cosine = ops.multiply(ops.add(ops.cos(ops.multiply(ops.divide(step, this.decaySteps), Math.PI)), 1), 0.5);
    return ops.multiply(ops.add(ops.multiply(cosine, 1 - this.alpha), this.alpha), from);
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps } = this;
    return { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps };
  }
}
