// Adamax: Adam with the largest gradient in the place of squares. See https://arxiv.org/abs/1412.6980.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface AdamaxSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the mean of squares stays. */
  readonly beta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
}

export type AdamaxOptions = OptimizerOptions & AdamaxSettings;

const DEFAULTS = { learningRate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };

/** Adamax: Adam with the largest gradient in the place of squares. See https://arxiv.org/abs/1412.6980. */
export class Adamax extends Optimizer<AdamaxSettings> {
  constructor(learningRate?: LearningRate | AdamaxOptions, options?: AdamaxOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['momentum', 'norm']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2, epsilon } = this.settings;
    const momentum = blend(this.slot('momentum', variable), gradient, beta_1);
    const slot = this.slot('norm', variable);
    const norm = ops.maximum(ops.multiply(slot.read(), beta_2), ops.abs(gradient));
    slot.assign(norm);
    const divisor = ops.multiply(biasCorrection(beta_1, this.stepNumber(variable)), ops.add(norm, epsilon));
    variable.assign(ops.subtract(variable.read(), ops.divide(ops.multiply(learningRate, momentum), divisor)));
  }
}
