// A learning rate that falls along half a cosine again and again.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { asFloat, checkSteps, LearningRateSchedule } from './learning-rate-schedule.ts';

export interface CosineDecayRestartsOptions {
  /** How much longer each period is than the one before. Default 2. */
  readonly tMul?: number;
  /** With which share of the rate before each period begins. Default 1. */
  readonly mMul?: number;
  /** The share of the learning rate that is left at the end of a period. Default 0. */
  readonly alpha?: number;
  readonly name?: string;
}

/** Cosine decay with warm restarts. See https://arxiv.org/abs/1608.03983. */
export class CosineDecayRestarts extends LearningRateSchedule {
  static readonly positional = ['initialLearningRate', 'firstDecaySteps'];
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;
  override readonly name: string;

  constructor(initialLearningRate: number, firstDecaySteps: number, options: CosineDecayRestartsOptions = {}) {
    super();
    this.initialLearningRate = initialLearningRate;
    this.firstDecaySteps = checkSteps(firstDecaySteps, 'first_decay_steps');
    this.tMul = options.tMul ?? 2;
    this.mMul = options.mMul ?? 1;
    this.alpha = options.alpha ?? 0;
    this.name = options.name ?? 'SGDRDecay';
  }

  override invoke(step: ops.TensorLike): Tensor {
    const [restarts, fraction] = this.#position(ops.divide(asFloat(step), this.firstDecaySteps));
    const wave = ops.multiply(ops.add(ops.cos(ops.multiply(fraction, Math.PI)), 1), 0.5);
    const cosine = ops.multiply(ops.power(asFloat(this.mMul), restarts), wave);
    return ops.multiply(ops.add(ops.multiply(cosine, 1 - this.alpha), this.alpha), this.initialLearningRate);
  }

  /** How often it began anew, and the share of the present period that is over. Periods are a geometric series. */
  #position(periods: Tensor): readonly [Tensor, Tensor] {
    const growth = this.tMul;
    if (growth === 1) {
      const restarts = ops.floor(periods);
      return [restarts, ops.subtract(periods, restarts)];
    }
    const logarithm = ops.log(ops.subtract(1, ops.multiply(periods, 1 - growth)));
    const restarts = ops.floor(ops.divide(logarithm, ops.log(asFloat(growth))));
    const length = ops.power(asFloat(growth), restarts);
    const before = ops.divide(ops.subtract(1, length), 1 - growth);
    return [restarts, ops.divide(ops.subtract(periods, before), length)];
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name } = this;
    return { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name };
  }
}
