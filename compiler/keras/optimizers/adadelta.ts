// Adadelta: steps as large as the last ones, per element. See https://arxiv.org/abs/1212.5701.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface AdadeltaSettings {
  /** How much of the means stays. */
  readonly rho?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
}

export type AdadeltaOptions = OptimizerOptions & AdadeltaSettings;

const DEFAULTS = { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 };

/** Adadelta: steps as large as the last ones, per element. See https://arxiv.org/abs/1212.5701. */
export class Adadelta extends Optimizer<AdadeltaSettings> {
  constructor(learningRate?: LearningRate | AdadeltaOptions, options?: AdadeltaOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['accumulated_grad', 'accumulated_delta_var']);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { rho, epsilon } = this.settings;
    const rootOf = (x: Tensor): Tensor => ops.sqrt(ops.add(x, epsilon));
    const steps = this.slot('accumulated_delta_var', variable);
    const size = blend(this.slot('accumulated_grad', variable), ops.square(gradient), rho);
    const step = ops.negative(ops.divide(ops.multiply(rootOf(steps.read()), gradient), rootOf(size)));
    blend(steps, ops.square(step), rho);
    variable.assign(ops.add(variable.read(), ops.multiply(learningRate, step)));
  }
}
