// Follow the regularized leader: sparse weights for wide models.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface FtrlSettings {
  /** At most 0: how the rate falls. */
  readonly learningRatePower?: number;
  /** What the sums begin with. */
  readonly initialAccumulatorValue?: number;
  /** At least 0. */
  readonly l1RegularizationStrength?: number;
  /** At least 0. */
  readonly l2RegularizationStrength?: number;
  /** At least 0: a penalty of magnitude. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** Part of the l2 strength, over the learning rate. */
  readonly beta?: number;
}

export type FtrlOptions = OptimizerOptions & FtrlSettings;

const DEFAULTS = {
  learningRate: 0.001,
  learningRatePower: -0.5,
  initialAccumulatorValue: 0.1,
  l1RegularizationStrength: 0,
  l2RegularizationStrength: 0,
  l2ShrinkageRegularizationStrength: 0,
  beta: 0,
};

/** Follow the regularized leader: sparse weights for wide models. */
export class Ftrl extends Optimizer<FtrlSettings> {
  constructor(learningRate?: LearningRate | FtrlOptions, options?: FtrlOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['accumulator', 'linear'], [this.settings.initialAccumulatorValue, 0]);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { learningRatePower, l1RegularizationStrength: l1, beta } = this.settings;
    const accumulator = this.slot('accumulator', variable);
    const linear = this.slot('linear', variable);
    const value = variable.read();
    const shrunk = ops.add(gradient, ops.multiply(value, 2 * this.settings.l2ShrinkageRegularizationStrength));
    const total = ops.add(accumulator.read(), ops.square(gradient));
    const root = ops.power(total, -learningRatePower);
    const growth = ops.divide(ops.subtract(root, ops.power(accumulator.read(), -learningRatePower)), learningRate);
    const slope = ops.add(linear.read(), ops.subtract(shrunk, ops.multiply(growth, value)));
    const l2 = ops.add(ops.divide(beta / 2, learningRate), this.settings.l2RegularizationStrength);
    const quadratic = ops.add(ops.divide(root, learningRate), ops.multiply(l2, 2));
    linear.assign(slope);
    variable.assign(ops.divide(ops.subtract(ops.clip(slope, -l1, l1), slope), quadratic));
    accumulator.assign(total);
  }
}
