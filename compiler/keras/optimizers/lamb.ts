// Lamb: Adam with steps in proportion to each weight. See https://arxiv.org/abs/1904.00962.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface LambSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the mean of squares stays. */
  readonly beta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
}

export type LambOptions = OptimizerOptions & LambSettings;

const DEFAULTS = { learningRate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };

/** Lamb: Adam with steps in proportion to each weight. See https://arxiv.org/abs/1904.00962. */
export class Lamb extends Optimizer<LambSettings> {
  constructor(learningRate?: LearningRate | LambOptions, options?: LambOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['momentum', 'velocity']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2, epsilon } = this.settings;
    const step = this.stepNumber(variable);
    const momentum = blend(this.slot('momentum', variable), gradient, beta_1);
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), beta_2);
    const size = ops.add(ops.sqrt(ops.divide(velocity, biasCorrection(beta_2, step))), epsilon);
    const update = ops.divide(ops.divide(momentum, biasCorrection(beta_1, step)), size);
    const weightNorm = ops.sqrt(ops.sum(ops.square(variable.read())));
    const updateNorm = ops.sqrt(ops.sum(ops.square(update)));
    const hasNorms = ops.logicalAnd(ops.greater(weightNorm, 0), ops.greater(updateNorm, 0));
    const ratio = ops.where(hasNorms, ops.divide(weightNorm, updateNorm), 1) as Tensor;
    variable.assign(ops.subtract(variable.read(), ops.multiply(ops.multiply(ratio, learningRate), update)));
  }
}
