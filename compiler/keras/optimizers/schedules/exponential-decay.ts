// `initialLearningRate decayRate^(step / decaySteps)`.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { asFloat, checkSteps, LearningRateSchedule } from './learning-rate-schedule.ts';

export interface ExponentialDecayOptions {
  /** Whether the rate stays the same for `decaySteps` steps at a time. Default false. */
  readonly staircase?: boolean;
  readonly name?: string;
}

/** `initialLearningRate decayRate^(step / decaySteps)`. */
export class ExponentialDecay extends LearningRateSchedule {
  static readonly positional = ['initialLearningRate', 'decaySteps', 'decayRate'];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  override readonly name: string;

  constructor(
    initialLearningRate: number,
    decaySteps: number,
    decayRate: number,
    { staircase = false, name = 'ExponentialDecay' }: ExponentialDecayOptions = {},
  ) {
    super();
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = checkSteps(decaySteps, 'decay_steps');
    this.decayRate = decayRate;
    this.staircase = staircase;
    this.name = name;
  }

  override invoke(step: ops.TensorLike): Tensor {
    const part = ops.divide(asFloat(step), this.decaySteps);
    const fraction = this.staircase ? ops.floor(part) : part;
    return ops.multiply(ops.power(asFloat(this.decayRate), fraction), this.initialLearningRate);
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, decayRate, staircase, name } = this;
    return { initialLearningRate, decaySteps, decayRate, staircase, name };
  }
}
