// Means, variances and weighted averages. 16-bit floats are averaged in float32 and rounded once.
import { attachGradient } from '../../autodiff/attach-gradient.ts';
import { formatShape, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type AxisOptions, axesOf, axisList } from './axes.ts';
import { fullAs, promotionDType, type TensorLike, toTensor } from './convert.ts';
import { floatType, resultType } from './promotion.ts';
import { reduceAxes } from './reductions.ts';

/** The mean of a float tensor in its own dtype. */
export function meanOf(x: Tensor, options: AxisOptions): Tensor {
  const count = axesOf(options.axis, x.rank).reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const total = reduceAxes('sum', x, options);
  return lax.divide(total, fullAs(total, count));
}

/** The mean squared distance from the mean. Its gradient is the distance alone: what goes through the mean adds up to 0. */
export function varianceOf(x: Tensor, options: AxisOptions): Tensor {
  const centre = meanOf(x, { ...options, keepdims: true });
  const distance = lax.subtract(x, lax.broadcastTo(centre, x.shape));
  const variance = meanOf(lax.multiply(distance, distance), options);
  return attachGradient([x], [variance], (_, [upstream]) => {
    const spread = lax.broadcastTo(lax.reshape(upstream as Tensor, centre.shape), x.shape);
    return [lax.multiply(distance, lax.multiply(spread, fullAs(spread, (2 * centre.size) / x.size)))];
  })[0] as Tensor;
}

/** Runs a float computation in at least float32 and gives the result in the argument's own float type. */
function inFloat32(x: TensorLike, compute: (x: Tensor) => Tensor): Tensor {
  const tensor = toTensor(x);
  return lax.cast(compute(lax.cast(tensor, resultType(tensor.dtype, 'float32'))), floatType(tensor.dtype));
}

/** The mean. */
export const mean = defineOp(
  'mean',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => inFloat32(x, (tensor) => meanOf(tensor, options)),
);
/** The variance (divided by the count, not the count minus one). */
export const variance = defineOp(
  'var',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => inFloat32(x, (tensor) => varianceOf(tensor, options)),
);
/** The standard deviation. */
export const std = defineOp(
  'std',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => inFloat32(x, (tensor) => lax.sqrt(varianceOf(tensor, options))),
);

export interface AverageOptions {
  readonly axis?: number | readonly number[] | null;
  /** Weights of the shape of `x`, or one per position along a single axis. */
  readonly weights?: TensorLike | null;
}

/** The average, weighted if weights are given. */
export const average = defineOp('average', ['x'], (x: TensorLike, { axis = null, weights = null }: AverageOptions = {}): Tensor => {
  if (weights === null) return inFloat32(x, (tensor) => meanOf(tensor, { axis }));
  const dtype = floatType(resultType(promotionDType(x), promotionDType(weights)));
  const tensor = toTensor(x, dtype);
  const factors = alignWeights(toTensor(weights, dtype), tensor, axis);
  return lax.divide(reduceAxes('sum', lax.multiply(tensor, factors), { axis }), reduceAxes('sum', factors, { axis }));
});

function alignWeights(weights: Tensor, x: Tensor, axis: number | readonly number[] | null): Tensor {
  if (weights.rank === x.rank) return lax.broadcastTo(weights, x.shape);
  const axes = axis === null ? [] : axisList(axis, x.rank);
  if (weights.rank !== 1 || axes.length !== 1 || weights.shape[0] !== x.shape[axes[0] as number]) {
    throw new ValueError(
      `\`weights\` must have the shape of \`x\` or the length of one axis. Received: weights.shape=${formatShape(weights.shape)}, x.shape=${formatShape(x.shape)}`,
      { code: 'weights-shape' },
    );
  }
  return lax.broadcast(weights, x.shape, axes);
}

export interface MomentsOptions {
  readonly keepdims?: boolean;
  /** Averages over all devices; one device has nothing to add. */
  readonly synchronized?: boolean;
}

/** Mean and variance over `axes`. 16-bit floats are computed in float32. */
export const moments = defineOp(
  'moments',
  ['x', 'axes'],
  (x: TensorLike, axes: number | readonly number[], { keepdims = false }: MomentsOptions = {}): Tensor[] => {
    const tensor = toTensor(x);
    const dtype = floatType(tensor.dtype);
    const wide = lax.cast(tensor, resultType(tensor.dtype, 'float32'));
    const options = { axis: axes, keepdims };
    return [meanOf(wide, options), varianceOf(wide, options)].map((result) => lax.cast(result, dtype));
  },
);
