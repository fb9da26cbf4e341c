// Resizing with a scale and a shift per axis, which may be known at run time only.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { isInteger } from '../../../ir/dtype.ts';
import { normalizeAxis } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { contract } from '../contraction.ts';
import { fullAs, type TensorLike, toFloat, toNumbers, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { reduceAxes } from '../reductions.ts';
import { movePermutation } from '../shapes.ts';

const plus = (x: Tensor, value: number): Tensor => lax.add(x, fullAs(x, value));
const times = (x: Tensor, value: number): Tensor => lax.multiply(x, fullAs(x, value));
const isBelow = (x: Tensor, value: number): Tensor => lax.compare('less', x, fullAs(x, value));
const zeroWhere = (test: Tensor, x: Tensor): Tensor => lax.select(test, fullAs(x, 0), x);

/** (((a x + b) x + c) x + d) */
const cubicPolynomial = (x: Tensor, [a, b, c, d]: readonly [number, number, number, number]): Tensor =>
  plus(lax.multiply(plus(lax.multiply(plus(times(x, a), b), x), c), x), d);

const lanczos =
  (radius: number) =>
  (x: Tensor): Tensor => {
    const angle = times(x, Math.PI);
    const waves = times(lax.multiply(lax.sin(angle), lax.sin(times(angle, 1 / radius))), radius);
    const isNear = isBelow(x, 1e-3);
    const value = lax.divide(waves, lax.select(isNear, fullAs(x, 1), lax.multiply(angle, angle)));
    return lax.select(isNear, fullAs(x, 1), zeroWhere(lax.compare('greater', x, fullAs(x, radius)), value));
  };

/** Filters by distance. */
const LINEAR = (x: Tensor): Tensor => lax.maximum(plus(lax.negative(x), 1), fullAs(x, 0));
const CUBIC = (x: Tensor): Tensor => {
  const far = zeroWhere(lax.not(isBelow(x, 2)), cubicPolynomial(x, [-0.5, 2.5, -4, 2]));
  return lax.select(isBelow(x, 1), cubicPolynomial(x, [1.5, -2.5, 0, 1]), far);
};
const FILTERS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  linear: LINEAR, bilinear: LINEAR, trilinear: LINEAR, triangle: LINEAR, cubic: CUBIC, bicubic: CUBIC, tricubic: CUBIC,
  lanczos3: lanczos(3), lanczos5: lanczos(5),
}; // biome-ignore format: one list

/** The weight of each input (rows) in each output (columns); outputs whose centre lies outside get none. */
function weightMatrix(
  inputs: number,
  outputs: number,
  scale: Tensor,
  shift: Tensor,
  filter: (x: Tensor) => Tensor,
  antialias: boolean,
): Tensor {
  const shape = [inputs, outputs];
  const repeated = (value: Tensor): Tensor => lax.broadcastTo(value, shape);
  const inverse = lax.divide(fullAs(scale, 1), scale);
  const width = antialias ? lax.maximum(inverse, fullAs(inverse, 1)) : fullAs(inverse, 1);
  const column = plus(lax.iota(scale.dtype, shape, 1), 0.5);
  const centre = plus(lax.subtract(lax.multiply(column, repeated(inverse)), repeated(lax.multiply(shift, inverse))), -0.5);
  const distance = lax.divide(lax.abs(lax.subtract(centre, lax.iota(scale.dtype, shape, 0))), repeated(width));
  const weights = filter(distance);
  const total = repeated(reduceAxes('sum', weights, { axis: 0, keepdims: true }));
  const isVoid = lax.not(lax.compare('greater', lax.abs(total), fullAs(total, 1000 * 2 ** -23)));
  const normal = zeroWhere(isVoid, lax.divide(weights, lax.select(isVoid, fullAs(total, 1), total)));
  const isOutside = lax.or(isBelow(centre, -0.5), lax.compare('greater', centre, fullAs(centre, inputs - 0.5)));
  return zeroWhere(isOutside, normal);
}

/** The other axes keep their size. */
function requireSizes(images: Tensor, sizes: readonly number[], spatial: readonly number[]): void {
  if (sizes.length === images.rank && images.shape.every((size, axis) => spatial.includes(axis) || size === sizes[axis])) return;
  throw new ValueError(
    `\`output_shape\` must equal the shape of \`images\` but for \`spatial_dims\`. Received: images.shape=${formatShape(images.shape)}, output_shape=${formatShape(sizes)}, spatial_dims=${quote(spatial)}`,
    { code: 'arguments' },
  );
}

export interface ScaleAndTranslateOptions {
  /** Widens the filter where the image shrinks. Default true. */
  readonly antialias?: boolean;
}

/** Output position p along spatial axis i shows the input at (p - translation[i]) / scale[i]. */
export const scaleAndTranslate = defineOp(
  'image.scale_and_translate',
  ['images', 'output_shape', 'scale', 'translation', 'spatial_dims', 'method'],
  (
    images: TensorLike,
    outputShape: TensorLike,
    scale: TensorLike,
    translation: TensorLike,
    spatialDims: TensorLike,
    method: string,
    { antialias = true }: ScaleAndTranslateOptions = {},
  ): Tensor => {
    const filter = FILTERS[method];
    if (!filter)
      throw new ValueError(
        `Invalid value for argument \`method\`. Expected of one ${quote(Object.keys(FILTERS))}. Received: method=${quote(method)}`,
        { code: 'arguments' },
      );
    const given = toTensor(images);
    const [scales, shifts] = [toFloat(scale), toFloat(translation)];
    const sizes = toNumbers(outputShape);
    const dims = toNumbers(spatialDims).map((dim) => normalizeAxis(dim, given.rank));
    const scalar = (vector: Tensor, index: number): Tensor => lax.reshape(sliceAxis(vector, 0, index, index + 1), []);
    requireSizes(given, sizes, dims);
    const resized = dims.reduce<Tensor>((image, axis, index) => {
      const matrix = weightMatrix(
        image.shape[axis] as number,
        sizes[axis] as number,
        scalar(scales, index),
        scalar(shifts, index),
        filter,
        antialias,
      );
      const product = contract(image, lax.cast(matrix, image.dtype), { lhsContracting: [axis], rhsContracting: [0] });
      return lax.transpose(product, movePermutation(image.rank, [image.rank - 1], [axis]));
    }, toFloat(given));
    if (!isInteger(given.dtype)) return resized;
    const bound = (kind: 'max' | 'min'): Tensor => lax.broadcastTo(lax.cast(reduceAxes(kind, given, {}), resized.dtype), resized.shape);
    return lax.cast(lax.minimum(lax.maximum(lax.round(resized), bound('min')), bound('max')), given.dtype);
  },
);
