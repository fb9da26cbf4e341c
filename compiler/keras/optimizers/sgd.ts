// Gradient descent, with momentum if asked.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { checkRange } from './check-range.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface SGDSettings {
  /** 0 to 1: how much of the last step goes on. */
  readonly momentum?: number;
  /** Whether to look ahead by the momentum. */
  readonly nesterov?: boolean;
}

export type SGDOptions = OptimizerOptions & SGDSettings;

const DEFAULTS = { learningRate: 0.01, momentum: 0, nesterov: false };

/** Gradient descent, with momentum if asked. */
export class SGD extends Optimizer<SGDSettings> {
  constructor(learningRate?: LearningRate | SGDOptions, options?: SGDOptions) {
    super(DEFAULTS, learningRate, options);
    checkRange('momentum', this.settings.momentum, 0, 1);
  }

  protected override createState(variables: readonly Variable[]): void {
    if (this.settings.momentum !== 0) this.addSlots(variables, ['momentum']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { momentum, nesterov } = this.settings;
    const descent = ops.multiply(gradient, learningRate);
    if (momentum === 0) return variable.assign(ops.subtract(variable.read(), descent));
    const slot = this.slot('momentum', variable);
    const velocity = ops.subtract(ops.multiply(slot.read(), momentum), descent);
    slot.assign(velocity);
    const step = nesterov ? ops.subtract(ops.multiply(velocity, momentum), descent) : velocity;
    variable.assign(ops.add(variable.read(), step));
  }
}
