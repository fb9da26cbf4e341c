// Nadam: Adam with Nesterov momentum.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface NadamSettings {
  /** How much of the mean of gradients stays. */
  readonly beta_1?: number;
  /** How much of the mean of squares stays. */
  readonly beta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
}

export type NadamOptions = OptimizerOptions & NadamSettings;

const DEFAULTS = { learningRate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };

/** Nadam: Adam with Nesterov momentum. */
export class Nadam extends Optimizer<NadamSettings> {
  constructor(learningRate?: LearningRate | NadamOptions, options?: NadamOptions) {
    super(DEFAULTS, learningRate, options);
  }

  #product: Variable | undefined;

  protected override createState(variables: readonly Variable[]): void {
    this.addSlots(variables, ['momentum', 'velocity']);
    this.#product = this.addVariable(ops.cast(1, variables[0]?.dtype ?? 'float32'), 'variable');
  }

  protected override updateAll(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const product = this.#product as Variable;
    product.assign(ops.multiply(product.read(), this.#schedule(this.stepNumber(product))));
    super.updateAll(gradients, variables);
  }

  /** `beta_1 (1 - 0.96^step / 2)`: momentum grows while it warms up. */
  #schedule(step: Tensor): Tensor {
    const warming = ops.multiply(ops.power(ops.cast(0.96, step.dtype), step), 0.5);
    return ops.multiply(ops.subtract(1, warming), this.settings.beta_1);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_1, beta_2, epsilon } = this.settings;
    const step = this.stepNumber(variable);
    const now = this.#schedule(step);
    const next = this.#schedule(ops.add(step, 1));
    const product = ops.cast((this.#product as Variable).read(), variable.dtype);
    const momentum = blend(this.slot('momentum', variable), gradient, beta_1);
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), beta_2);
    const ahead = ops.divide(ops.multiply(next, momentum), ops.subtract(1, ops.multiply(product, next)));
    const present = ops.divide(ops.multiply(ops.subtract(1, now), gradient), ops.subtract(1, product));
    const size = ops.add(ops.sqrt(ops.divide(velocity, biasCorrection(beta_2, step))), epsilon);
    variable.assign(ops.subtract(variable.read(), ops.divide(ops.multiply(ops.add(ahead, present), learningRate), size)));
  }
}
