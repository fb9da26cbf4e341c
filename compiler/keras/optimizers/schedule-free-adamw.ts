// Adam without a schedule: an average of the weights takes its place. See https://arxiv.org/abs/2405.15682.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface ScheduleFreeAdamWSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the mean of squares stays. */
  readonly beta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
  /** Over how many steps the learning rate rises. */
  readonly warmupSteps?: number;
}

export type ScheduleFreeAdamWOptions = OptimizerOptions & ScheduleFreeAdamWSettings;

const DEFAULTS = { learningRate: 0.0025, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, warmupSteps: 0 };

/** Adam without a schedule: an average of the weights takes its place. See https://arxiv.org/abs/2405.15682. */
export class ScheduleFreeAdamW extends Optimizer<ScheduleFreeAdamWSettings> {
  constructor(learningRate?: LearningRate | ScheduleFreeAdamWOptions, options?: ScheduleFreeAdamWOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    for (const variable of variables) {
      this.addSlot('momentum', variable, variable.read());
      this.addSlot('velocity', variable, ops.zerosLike(variable.read()));
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2, epsilon, warmupSteps } = this.settings;
    const step = this.stepNumber(variable);
    const rate = warmupSteps > 0 ? ops.multiply(learningRate, ops.minimum(ops.divide(step, warmupSteps), 1)) : learningRate;
    const slot = this.slot('momentum', variable);
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), beta_2);
    const size = ops.add(ops.sqrt(ops.divide(velocity, biasCorrection(beta_2, step))), epsilon);
    const after = ops.subtract(slot.read(), ops.divide(ops.multiply(rate, gradient), size));
    slot.assign(after);
    const weight = ops.divide(1, step);
    // Keras reads the momentum after its update here (its TensorFlow variable changes in place), and so its results are.
    const oldMean = ops.divide(ops.subtract(variable.read(), ops.multiply(after, 1 - beta_1)), beta_1);
    const mean = ops.add(ops.multiply(ops.subtract(1, weight), oldMean), ops.multiply(weight, after));
    variable.assign(ops.add(ops.multiply(after, 1 - beta_1), ops.multiply(mean, beta_1)));
  }
}
