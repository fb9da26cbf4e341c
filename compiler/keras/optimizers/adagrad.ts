// Adagrad: divides by the root of the sum of squares so far.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface AdagradSettings {
  /** What the sums begin with. */
  readonly initialAccumulatorValue?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
}

export type AdagradOptions = OptimizerOptions & AdagradSettings;

const DEFAULTS = { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 };

/** Adagrad: divides by the root of the sum of squares so far. */
export class Adagrad extends Optimizer<AdagradSettings> {
  constructor(learningRate?: LearningRate | AdagradOptions, options?: AdagradOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['accumulator'], [this.settings.initialAccumulatorValue]);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const accumulator = this.slot('accumulator', variable);
    const total = ops.add(accumulator.read(), ops.square(gradient));
    accumulator.assign(total);
    const step = ops.divide(ops.multiply(learningRate, gradient), ops.sqrt(ops.add(total, this.settings.epsilon)));
    variable.assign(ops.subtract(variable.read(), step));
  }
}
