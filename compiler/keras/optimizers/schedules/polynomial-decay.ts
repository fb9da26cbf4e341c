// A learning rate that falls along a polynomial.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { asFloat, checkSteps, LearningRateSchedule } from './learning-rate-schedule.ts';

export interface PolynomialDecayOptions {
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
  /** Whether to begin anew, over a longer time, when the end is reached. Default false. */
  readonly cycle?: boolean;
  readonly name?: string;
}

/** `(initialLearningRate - endLearningRate) (1 - step / decaySteps)^power + endLearningRate`. */
export class PolynomialDecay extends LearningRateSchedule {
  static readonly positional = ['initialLearningRate', 'decaySteps'];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;
  override readonly name: string;

  constructor(initialLearningRate: number, decaySteps: number, options: PolynomialDecayOptions = {}) {
    super();
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = checkSteps(decaySteps, 'decay_steps');
    this.endLearningRate = options.endLearningRate ?? 0.0001;
    this.power = options.power ?? 1;
    this.cycle = options.cycle ?? false;
    this.name = options.name ?? 'PolynomialDecay';
  }

  override invoke(step: ops.TensorLike): Tensor {
    const left = ops.power(ops.subtract(1, this.#fraction(asFloat(step))), this.power);
    return ops.add(ops.multiply(left, this.initialLearningRate - this.endLearningRate), this.endLearningRate);
  }

  #fraction(step: Tensor): Tensor {
    if (!this.cycle) return ops.divide(ops.minimum(step, this.decaySteps), this.decaySteps);
    const cycles = ops.where(ops.equal(step, 0), 1, ops.ceil(ops.divide(step, this.decaySteps))) as Tensor;
    return ops.divide(step, ops.multiply(cycles, this.decaySteps));
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle, name } = this;
    return { initialLearningRate, decaySteps, endLearningRate, power, cycle, name };
  }
}
