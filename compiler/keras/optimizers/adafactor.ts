// Adafactor: mean squares by row and column. See https://arxiv.org/abs/1804.04235.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface AdafactorSettings {
  /** How fast the mean of squares slows down. */
  readonly beta_2Decay?: number;
  /** Added to squares. */
  readonly epsilon_1?: number;
  /** The least size of a weight, for its steps. */
  readonly epsilon_2?: number;
  /** The largest size of a step, before the learning rate. */
  readonly clipThreshold?: number;
  /** Whether the learning rate falls with the step. */
  readonly relativeStep?: boolean;
}

export type AdafactorOptions = OptimizerOptions & AdafactorSettings;

const DEFAULTS = { learningRate: 0.001, beta_2Decay: -0.8, epsilon_1: 1e-30, epsilon_2: 0.001, clipThreshold: 1, relativeStep: true };

/** What Keras keeps where there are no rows and columns, so that saved state has the same order. */
const unused = (): Tensor => ops.zeros([], { dtype: 'int32' });

const rootMeanSquare = (x: Tensor): Tensor => ops.sqrt(ops.mean(ops.square(x)));

/** Moves a running mean: `keep mean + (1 - keep) value`. */
function mix(mean: Variable, value: Tensor, keep: Tensor): Tensor {
  const next = ops.add(ops.multiply(keep, mean.read()), ops.multiply(ops.subtract(1, keep), value));
  mean.assign(next);
  return next;
}

/** Adafactor: mean squares by row and column. See https://arxiv.org/abs/1804.04235. */
export class Adafactor extends Optimizer<AdafactorSettings> {
  constructor(learningRate?: LearningRate | AdafactorOptions, options?: AdafactorOptions) {
    super(DEFAULTS, learningRate, options);
  }

  readonly #rows = new Map<Variable, Variable>();
  readonly #columns = new Map<Variable, Variable>();

  protected override createState(variables: readonly Variable[]): void {
    for (const variable of variables) {
      const { shape, dtype, name } = variable;
      const isMatrix = shape.length >= 2;
      const columnShape = [...shape.slice(0, -2), ...shape.slice(-1)];
      this.#rows.set(variable, this.addVariable(isMatrix ? ops.zeros(shape.slice(0, -1), { dtype }) : unused(), name));
      this.#columns.set(variable, this.addVariable(isMatrix ? ops.zeros(columnShape, { dtype }) : unused(), name));
      this.addSlot('velocity', variable, ops.zeros(shape, { dtype }));
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta_2Decay, epsilon_1, epsilon_2, clipThreshold, relativeStep } = this.settings;
    const step = this.stepNumber(variable);
    const fading = ops.divide(1, ops.sqrt(step));
    const rate = relativeStep && !this.hasSchedule ? ops.minimum(learningRate, fading) : learningRate;
    const scale = ops.multiply(ops.maximum(rootMeanSquare(variable.read()), epsilon_2), ops.minimum(rate, fading));
    const keep = ops.subtract(1, ops.power(step, beta_2Decay));
    const velocity = this.#velocity(variable, ops.add(ops.square(gradient), epsilon_1), keep);
    this.slot('velocity', variable).assign(velocity);
    const update = ops.divide(gradient, ops.sqrt(velocity));
    const clipped = ops.divide(update, ops.maximum(ops.divide(rootMeanSquare(update), clipThreshold), 1));
    variable.assign(ops.subtract(variable.read(), ops.multiply(scale, clipped)));
  }

  /** The mean of squares: of rows and columns where there are such, as the product of both. */
  #velocity(variable: Variable, squares: Tensor, keep: Tensor): Tensor {
    if (variable.shape.length < 2) return mix(this.slot('velocity', variable), squares, keep);
    const rows = mix(this.#rows.get(variable) as Variable, ops.mean(squares, { axis: -1 }), keep);
    const columns = mix(this.#columns.get(variable) as Variable, ops.mean(squares, { axis: -2 }), keep);
    const shares = ops.divide(rows, ops.mean(rows, { axis: -1, keepdims: true }));
    return ops.multiply(ops.expandDims(shares, -1), ops.expandDims(columns, -2));
  }
}
