// Muon: orthogonal steps for matrices, AdamW for the rest. See https://kellerjordan.github.io/posts/muon/.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { biasCorrection, blend } from './blend.ts';
import { Optimizer } from './optimizer.ts';
import type { LearningRate, OptimizerOptions } from './options.ts';

export interface MuonSettings {
  /** beta_1 of the weights that Adam moves. */
  readonly adamBeta_1?: number;
  /** beta_2 of the weights that Adam moves. */
  readonly adamBeta_2?: number;
  /** Keeps quotients finite. */
  readonly epsilon?: number;
  /** Patterns of paths that Adam moves. */
  readonly excludeLayers?: readonly string[];
  /** Of the polynomial that makes steps orthogonal. */
  readonly muonA?: number;
  /** Of that polynomial. */
  readonly muonB?: number;
  /** Of that polynomial. */
  readonly muonC?: number;
  /** The learning rate of Adam over that of Muon. */
  readonly adamLrRatio?: number;
  /** How much of the last step goes on. */
  readonly momentum?: number;
  /** How often the polynomial is applied. */
  readonly nsSteps?: number;
  /** Whether to look ahead by the momentum. */
  readonly nesterov?: boolean;
  /** Whether Adam moves embeddings. */
  readonly excludeEmbeddings?: boolean;
  /** Weight decay of what Adam moves. */
  readonly adamWeightDecay?: number | null;
  /** The size of steps, as that of Adam. */
  readonly rmsRate?: number | null;
}

export type MuonOptions = OptimizerOptions & MuonSettings;

const DEFAULTS = {
  learningRate: 0.001,
  weightDecay: 0.004,
  adamBeta_1: 0.9,
  adamBeta_2: 0.999,
  epsilon: 1e-7,
  excludeLayers: [] as readonly string[],
  muonA: 3.4445,
  muonB: -4.775,
  muonC: 2.0315,
  adamLrRatio: 1,
  momentum: 0.95,
  nsSteps: 5,
  nesterov: true,
  excludeEmbeddings: true,
  adamWeightDecay: 0.004 as number | null,
  rmsRate: 0.2 as number | null,
};

/** Muon: orthogonal steps for matrices, AdamW for the rest. See https://kellerjordan.github.io/posts/muon/. */
export class Muon extends Optimizer<MuonSettings> {
  constructor(learningRate?: LearningRate | MuonOptions, options?: MuonOptions) {
    super(DEFAULTS, learningRate, options);
  }

  protected override createState(variables: readonly Variable[]): void {
    for (const variable of variables) this.addSlots([variable], this.#isForAdam(variable) ? ['momentum', 'velocity'] : ['momentum']);
  }

  #isForAdam({ shape, path }: Variable): boolean {
    const { excludeEmbeddings, excludeLayers } = this.settings;
    if (shape.length !== 2 || (excludeEmbeddings && path.toLowerCase().includes('embedding'))) return true;
    return excludeLayers.some((pattern) => new RegExp(pattern).test(path));
  }

  protected override weightDecayOf(variable: Variable): number | null {
    return this.#isForAdam(variable) ? this.settings.adamWeightDecay : this.settings.weightDecay;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { momentum, nesterov, rmsRate, adamLrRatio } = this.settings;
    if (this.#isForAdam(variable)) return this.#adamStep(gradient, variable, ops.multiply(learningRate, adamLrRatio));
    const slot = this.slot('momentum', variable);
    const mean = ops.add(ops.multiply(slot.read(), momentum), gradient);
    slot.assign(mean);
    const direction = nesterov ? ops.add(gradient, ops.multiply(mean, momentum)) : mean;
    const scale = rmsRate === null ? 1 : Math.sqrt(Math.max(...variable.shape)) * rmsRate;
    const update = ops.multiply(ops.multiply(this.#orthogonalize(direction), learningRate), scale);
    variable.assign(ops.subtract(variable.read(), update));
  }

  #adamStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { adamBeta_1: beta_1, adamBeta_2: beta_2, epsilon } = this.settings;
    const step = this.stepNumber(variable);
    const rate = ops.divide(ops.multiply(learningRate, ops.sqrt(biasCorrection(beta_2, step))), biasCorrection(beta_1, step));
    const momentum = blend(this.slot('momentum', variable), gradient, beta_1);
    const velocity = blend(this.slot('velocity', variable), ops.square(gradient), beta_2);
    variable.assign(ops.subtract(variable.read(), ops.divide(ops.multiply(momentum, rate), ops.add(ops.sqrt(velocity), epsilon))));
  }

  /** Newton-Schulz iteration: `x <- a x + (b A + c A A) x`, `A = x xt`, towards singular values of 1. */
  #orthogonalize(matrix: Tensor): Tensor {
    const { muonA, muonB, muonC, nsSteps } = this.settings;
    const isTall = (matrix.shape[0] as number) > (matrix.shape[1] as number);
    const wide = isTall ? ops.transpose(matrix) : matrix;
    let x: Tensor = ops.divide(wide, ops.add(ops.sqrt(ops.sum(ops.square(wide))), 1e-7));
    for (let step = 0; step < nsSteps; step++) {
      const product = ops.matmul(x, ops.transpose(x));
      const mixed = ops.add(ops.multiply(product, muonB), ops.matmul(ops.multiply(product, muonC), product));
      x = ops.add(ops.multiply(x, muonA), ops.matmul(mixed, x));
    }
    return isTall ? ops.transpose(x) : x;
  }
}
