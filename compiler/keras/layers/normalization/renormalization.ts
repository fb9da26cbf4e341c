// Batch renormalisation (Ioffe 2017): scales the batch's normalisation towards the moving statistics.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import type { InitializerFunction } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';

/** Bounds of the corrections r (scale) and d (shift). */
export interface RenormClipping {
  readonly rmax?: number;
  readonly rmin?: number;
  readonly dmax?: number;
}

type AddWeight = (name: string, initializer: InitializerFunction) => Weight;

export class Renormalization {
  readonly clipping: RenormClipping;
  readonly momentum: number;
  movingStddev: Weight | undefined = undefined;
  renormMean: Weight | undefined = undefined;
  renormStddev: Weight | undefined = undefined;

  constructor(clipping: RenormClipping, momentum: number) {
    const known = ['rmax', 'rmin', 'dmax'];
    if (Object.keys(clipping).some((key) => !known.includes(key))) {
      throw new ValueError(
        `Received invalid keys for \`renorm_clipping\` argument: ${quote(clipping)}. Supported values: ['rmax', 'rmin', 'dmax'].`,
        { code: 'arguments' },
      );
    }
    const { rmax, rmin, dmax } = clipping;
    if (rmax !== undefined && rmin !== undefined && rmax < rmin) {
      throw new ValueError(`rmax should be greater than rmin in the \`renorm_clipping\` argument. Received: rmax=${rmax}, rmin=${rmin}.`, {
        code: 'arguments',
      });
    }
    if (dmax !== undefined && dmax < 0) {
      throw new ValueError(`dmax should be non-negative in the \`renorm_clipping\` argument. Received: dmax=${dmax}.`, {
        code: 'arguments',
      });
    }
    this.clipping = clipping;
    this.momentum = momentum;
  }

  build(addWeight: AddWeight, variance: InitializerFunction, mean: InitializerFunction): void {
    const deviation: InitializerFunction = (shape, options) => ops.sqrt(variance(shape, options));
    this.movingStddev = addWeight('moving_stddev', deviation);
    this.renormMean = addWeight('renorm_mean', mean);
    this.renormStddev = addWeight('renorm_stddev', deviation);
  }

  /** Gamma and beta with the corrections in them: r = stddev / moving stddev, d = (mean - moving mean) / moving stddev. */
  correct(
    mean: Tensor,
    variance: Tensor,
    epsilon: number,
    gamma: Tensor | null,
    beta: Tensor | null,
  ): { readonly gamma: Tensor; readonly beta: Tensor } {
    const stddev = ops.sqrt(ops.add(variance, epsilon));
    const movingStddev = ops.maximum(ops.cast(this.#weight('renormStddev').read(), mean.dtype), Math.sqrt(epsilon));
    const { rmin = null, rmax = null, dmax = null } = this.clipping;
    let r = ops.divide(stddev, movingStddev);
    if (rmin !== null) r = ops.maximum(r, rmin);
    if (rmax !== null) r = ops.minimum(r, rmax);
    let d = ops.divide(ops.subtract(mean, ops.cast(this.#weight('renormMean').read(), mean.dtype)), movingStddev);
    if (dmax !== null) d = ops.clip(d, -dmax, dmax);
    const [scale, shift] = [ops.stopGradient(r), ops.stopGradient(d)];
    const scaledShift = gamma ? ops.multiply(shift, gamma) : shift;
    return { gamma: gamma ? ops.multiply(scale, gamma) : scale, beta: beta ? ops.add(scaledShift, beta) : scaledShift };
  }

  /** Moves all averages on. */
  update(
    mean: Tensor,
    variance: Tensor,
    state: { readonly epsilon: number; readonly momentum: number; readonly movingMean: Weight; readonly movingVariance: Weight },
  ): void {
    const stddev = ops.sqrt(ops.add(variance, state.epsilon));
    const blend = (weight: Weight, value: Tensor, momentum: number): Tensor => {
      const next = ops.add(ops.multiply(ops.cast(weight.read(), value.dtype), momentum), ops.multiply(value, 1 - momentum));
      weight.assign(ops.cast(next, weight.dtype));
      return next;
    };
    blend(this.#weight('renormMean'), mean, this.momentum);
    blend(this.#weight('renormStddev'), stddev, this.momentum);
    blend(state.movingMean, mean, state.momentum);
    const moving = blend(this.#weight('movingStddev'), stddev, state.momentum);
    state.movingVariance.assign(ops.cast(ops.relu(ops.subtract(ops.square(moving), state.epsilon)), state.movingVariance.dtype));
  }

  #weight(name: 'movingStddev' | 'renormMean' | 'renormStddev'): Weight {
    return this[name] as Weight;
  }
}
