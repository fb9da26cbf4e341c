// Reads tensors at coordinates between their elements.
import { formatShape, NotImplementedError, quote, ValueError } from '../../../errors/index.ts';
import { isInteger } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, type TensorList, toFloat, toList, toTensor } from '../convert.ts';

export type FillMode = 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';

export interface MapCoordinatesOptions {
  /** What stands beyond the edges. Default `constant`. */
  readonly fillMode?: FillMode;
  /** Default 0. */
  readonly fillValue?: number;
}

/** An index along one axis: where to read, whether there is something, and how much it counts. */
interface Neighbour {
  readonly index: Tensor;
  readonly isInside: Tensor;
  readonly weight: Tensor | null;
}

/** Indices of any size brought into 0..size-1. */
export function placeIndex(index: Tensor, size: number, mode: FillMode): Tensor {
  const bounded = (x: Tensor): Tensor => lax.minimum(lax.maximum(x, fullAs(x, 0)), fullAs(x, size - 1));
  const modulo = (x: Tensor, divisor: number): Tensor => {
    const by = fullAs(x, divisor);
    return lax.remainder(lax.add(lax.remainder(x, by), by), by);
  };
  if (mode === 'wrap') return modulo(index, size);
  if (mode === 'constant' || mode === 'nearest') return bounded(index);
  // `mirror` turns about the middle of the last element (period 2 size - 2), `reflect` about its edge (period 2 size).
  if (mode === 'reflect') {
    const turned = modulo(index, 2 * size);
    return lax.minimum(turned, lax.subtract(fullAs(turned, 2 * size - 1), turned));
  }
  if (size === 1) return fullAs(index, 0);
  const turned = modulo(index, 2 * size - 2);
  return lax.minimum(turned, lax.subtract(fullAs(turned, 2 * size - 2), turned));
}

function neighboursOf(coordinate: Tensor, size: number, order: number, mode: FillMode): Neighbour[] {
  const at = (position: Tensor, weight: Tensor | null): Neighbour => {
    const index = lax.cast(position, 'int32');
    const isInside = lax.and(lax.compare('greater_equal', index, fullAs(index, 0)), lax.compare('less', index, fullAs(index, size)));
    return {
      index: placeIndex(index, size, mode),
      isInside: mode === 'constant' ? isInside : lax.full(index.shape, true, 'bool'),
      weight,
    };
  };
  if (order === 0) return [at(lax.round(coordinate), null)];
  const below = lax.floor(coordinate);
  const fraction = lax.subtract(coordinate, below);
  return [at(below, lax.subtract(fullAs(fraction, 1), fraction)), at(lax.add(below, fullAs(below, 1)), fraction)];
}

/** The elements at index vectors, one index tensor per axis. */
function gatherAt(x: Tensor, indices: readonly Tensor[]): Tensor {
  const [first] = indices as readonly [Tensor];
  const vectors = lax.concatenate(
    indices.map((index) => lax.reshape(index, [...index.shape, 1])),
    first.rank,
  );
  const axes = x.shape.map((_, axis) => axis);
  return lax.gather(x, vectors, {
    offsetAxes: [],
    collapsedAxes: axes,
    operandBatchAxes: [],
    indicesBatchAxes: [],
    startIndexMap: axes,
    sliceSizes: axes.map(() => 1),
  });
}

const combinations = (lists: readonly (readonly Neighbour[])[]): Neighbour[][] =>
  lists.reduce<Neighbour[][]>((all, list) => all.flatMap((chosen) => list.map((item) => [...chosen, item])), [[]]);

/** The values of `inputs` at coordinates (one tensor per axis), of the nearest element (order 0) or between neighbours (order 1). */
export const mapCoordinates = defineOp(
  'image.map_coordinates',
  ['inputs', 'coordinates', 'order'],
  (
    inputs: TensorLike,
    coordinates: TensorList | TensorLike,
    order: number,
    { fillMode = 'constant', fillValue = 0 }: MapCoordinatesOptions = {},
  ): Tensor => {
    const x = toTensor(inputs);
    const points = toList(coordinates).map((item) => toFloat(item));
    if (points.length !== x.rank) {
      throw new ValueError(
        `First dim of \`coordinates\` must be the same as the rank of \`inputs\`. Received inputs with shape: ${formatShape(x.shape)} and ${points.length} coordinates`,
        { code: 'rank' },
      );
    }
    if (order !== 0 && order !== 1) throw new NotImplementedError('map_coordinates currently requires order<=1', { code: 'order' });
    if (!['constant', 'nearest', 'wrap', 'mirror', 'reflect'].includes(fillMode)) {
      throw new ValueError(`Invalid value for argument \`fill_mode\`. Received: fill_mode=${quote(fillMode)}`, { code: 'arguments' });
    }
    const corners = combinations(points.map((point, axis) => neighboursOf(point, x.shape[axis] as number, order, fillMode)));
    const number = toFloat(x);
    const parts = corners.map((corner) => {
      const found = gatherAt(
        number,
        corner.map(({ index }) => index),
      );
      const isInside = corner.map((neighbour) => neighbour.isInside).reduce((a, b) => lax.and(a, b));
      const value = lax.select(isInside, found, fullAs(found, fillValue));
      return corner.reduce((product, { weight }) => (weight ? lax.multiply(product, lax.cast(weight, product.dtype)) : product), value);
    });
    const total = parts.reduce((sum, part) => lax.add(sum, part));
    return lax.cast(isInteger(x.dtype) ? lax.round(total) : total, x.dtype);
  },
);
