// Constraints on the signs and norms of weights.
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import { Constraint } from './constraint.ts';

type Axis = number | readonly number[];

/** The norms of the vectors along `axis`, repeated to the weight's shape. */
function normsOf(weight: Tensor, axis: Axis): Tensor {
  const axes = (typeof axis === 'number' ? [axis] : axis).map((one) => normalizeAxis(one, weight.rank));
  const norms = lax.sqrt(lax.reduce('sum', lax.multiply(weight, weight), axes));
  const kept = weight.shape.map((_, index) => index).filter((index) => !axes.includes(index));
  return lax.broadcast(norms, weight.shape, kept);
}

const full = (like: Tensor, value: number): Tensor => lax.full(like.shape, value, like.dtype);

/** The weight with its norms changed from `norms` to `desired`. */
const rescale = (weight: Tensor, norms: Tensor, desired: Tensor): Tensor =>
  lax.multiply(weight, lax.divide(desired, lax.add(full(norms, epsilon()), norms)));

const clip = (x: Tensor, low: number, high: number): Tensor => lax.minimum(lax.maximum(x, full(x, low)), full(x, high));

/** Negative weights become 0. */
export class NonNeg extends Constraint {
  override invoke(weight: Tensor): Tensor {
    return lax.maximum(weight, full(weight, 0));
  }
}

/** Vectors along `axis` have a norm of at most `maxValue`. */
export class MaxNorm extends Constraint {
  readonly maxValue: number;
  readonly axis: Axis;

  constructor({ maxValue = 2, axis = 0 }: { readonly maxValue?: number; readonly axis?: Axis } = {}) {
    super();
    this.maxValue = maxValue;
    this.axis = axis;
  }

  override invoke(weight: Tensor): Tensor {
    const norms = normsOf(weight, this.axis);
    return rescale(weight, norms, clip(norms, 0, this.maxValue));
  }

  override getConfig(): Record<string, unknown> {
    return { maxValue: this.maxValue, axis: this.axis };
  }
}

/** Vectors along `axis` have norm 1. */
export class UnitNorm extends Constraint {
  readonly axis: Axis;

  constructor({ axis = 0 }: { readonly axis?: Axis } = {}) {
    super();
    this.axis = axis;
  }

  override invoke(weight: Tensor): Tensor {
    const norms = normsOf(weight, this.axis);
    return lax.divide(weight, lax.add(full(norms, epsilon()), norms));
  }

  override getConfig(): Record<string, unknown> {
    return { axis: this.axis };
  }
}

export interface MinMaxNormOptions {
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly rate?: number;
  readonly axis?: Axis;
}

/** Norms along `axis` move towards [minValue, maxValue] by `rate`. */
export class MinMaxNorm extends Constraint {
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: Axis;

  constructor({ minValue = 0, maxValue = 1, rate = 1, axis = 0 }: MinMaxNormOptions = {}) {
    super();
    this.minValue = minValue;
    this.maxValue = maxValue;
    this.rate = rate;
    this.axis = axis;
  }

  override invoke(weight: Tensor): Tensor {
    const norms = normsOf(weight, this.axis);
    const inside = lax.multiply(full(norms, this.rate), clip(norms, this.minValue, this.maxValue));
    return rescale(weight, norms, lax.add(inside, lax.multiply(full(norms, 1 - this.rate), norms)));
  }

  override getConfig(): Record<string, unknown> {
    return { minValue: this.minValue, maxValue: this.maxValue, rate: this.rate, axis: this.axis };
  }
}
