// Adam: running means of gradients and of their squares. See https://arxiv.org/abs/1412.6980.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface AdamSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the mean of squares stays. */
  readonly beta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
  /** Whether to divide by the largest mean square so far. */
  readonly amsgrad?: boolean;
}

export type AdamOptions = OptimizerOptions & AdamSettings;

const DEFAULTS = { learningRate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false };

/** Adam: running means of gradients and of their squares. See https://arxiv.org/abs/1412.6980. */
export class Adam extends Optimizer<AdamSettings> {
  constructor(learningRate?: LearningRate | AdamOptions, options?: AdamOptions, defaults: { readonly weightDecay?: number } = {}) {
    super({ ...DEFAULTS, ...defaults }, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['momentum', 'velocity']);
    if (this.settings.amsgrad) this.addSlots(variables, ['velocity_hat']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2, epsilon, amsgrad } = this.settings;
    const step = this.stepNumber(variable);
    const rate = ops.divide(ops.multiply(learningRate, ops.sqrt(biasCorrection(beta_2, step))), biasCorrection(beta_1, step));
    const momentum = blend(this.slot('momentum', variable), gradient, beta_1);
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), beta_2);
    const size = amsgrad ? this.#largest(variable, velocity) : velocity;
    variable.assign(ops.subtract(variable.read(), ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(size), epsilon))));
  }

  /** The largest velocity so far. */
  #largest(variable: Variable, velocity: Tensor): Tensor {
    const slot = this.slot('velocity_hat', variable);
    const largest = ops.maximum(slot.read(), velocity);
    slot.assign(largest);
    return largest;
  }
}
