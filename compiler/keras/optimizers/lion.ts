// Lion: steps of one size, by the sign of a momentum. See https://arxiv.org/abs/2302.06675.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { checkRange } from './check-range.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface LionSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the momentum stays. */
  readonly beta_2?: number;
}

export type LionOptions = OptimizerOptions & LionSettings;

const DEFAULTS = { learningRate: 0.001, beta_1: 0.9, beta_2: 0.99 };

/** Lion: steps of one size, by the sign of a momentum. See https://arxiv.org/abs/2302.06675. */
export class Lion extends Optimizer<LionSettings> {
  constructor(learningRate?: LearningRate | LionOptions, options?: LionOptions) {
    super(DEFAULTS, learningRate, options);
    checkRange('beta_1', this.settings.beta_1, Number.MIN_VALUE, 1);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['momentum']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2 } = this.settings;
    const slot = this.slot('momentum', variable);
    const mixed = (keep: number): Tensor => ops.add(ops.multiply(slot.read(), keep), ops.multiply(gradient, 1 - keep));
    variable.assign(ops.subtract(variable.read(), ops.multiply(learningRate, ops.sign(mixed(beta_1)))));
    slot.assign(mixed(beta_2));
  }
}
