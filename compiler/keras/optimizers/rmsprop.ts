// Divides gradients by a running mean of their size.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface RMSpropSettings {
  /** How much of the mean of squares stays. */
  readonly rho?: number;
  /** How much of the last step goes on. */
  readonly momentum?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
  /** Whether to divide by the variance of gradients, not by their mean square. */
  readonly centered?: boolean;
}

export type RMSpropOptions = OptimizerOptions & RMSpropSettings;

const DEFAULTS = { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false };

/** Divides gradients by a running mean of their size. */
export class RMSprop extends Optimizer<RMSpropSettings> {
  constructor(learningRate?: LearningRate | RMSpropOptions, options?: RMSpropOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['velocity']);
    if (this.settings.momentum > 0) this.addSlots(variables, ['momentum']);
    if (this.settings.centered) this.addSlots(variables, ['average_gradient']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { rho, momentum, epsilon, centered } = this.settings;
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), rho);
    const variance = centered
      ? ops.subtract(velocity, ops.square(blend(this.slot('average_gradient', variable), gradient, rho)))
      : velocity;
    const increment = ops.divide(ops.multiply(learningRate, gradient), ops.sqrt(ops.add(variance, epsilon)));
    if (momentum <= 0) return variable.assign(ops.subtract(variable.read(), increment));
    const slot = this.slot('momentum', variable);
    const step = ops.add(ops.multiply(slot.read(), momentum), increment);
    slot.assign(step);
    variable.assign(ops.subtract(variable.read(), step));
  }
}
