// Ops that arrange the same elements differently: reshape, transpose, broadcast, flip, roll, repeat.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { elementCount, normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type Axis, axesOf, axisList } from './axes.ts';
import { type TensorLike, toTensor } from './convert.ts';

/** The new shape with its one -1 replaced by what the element count leaves. */
function resolveShape(count: number, newShape: readonly (number | null)[]): number[] {
  const dims = newShape.map((dim) => dim ?? -1);
  const known = elementCount(dims.filter((dim) => dim !== -1));
  const unknown = dims.filter((dim) => dim === -1).length;
  const fits = unknown === 0 ? known === count : known > 0 && count % known === 0;
  if (unknown > 1 || !fits) {
    throw new ValueError(
      `The total size of the tensor must be unchanged. Cannot reshape ${count} elements to newshape=${formatShape(dims)}.`,
      { code: 'reshape' },
    );
  }
  return dims.map((dim) => (dim === -1 ? count / known : dim));
}

/** The tensor with another shape; one dimension may be -1. */
export const reshape = defineOp('reshape', ['x', 'newshape'], (x: TensorLike, newshape: number | readonly (number | null)[]): Tensor => {
  const tensor = toTensor(x);
  return lax.reshape(tensor, resolveShape(tensor.size, typeof newshape === 'number' ? [newshape] : newshape));
});

/** The tensor as a vector. */
export const ravel = defineOp('ravel', ['x'], (x: TensorLike): Tensor => {
  const tensor = toTensor(x);
  return lax.reshape(tensor, [tensor.size]);
});

/** Inserts axes of size 1 at the given positions of the result. */
export const expandDims = defineOp('expand_dims', ['x', 'axis'], (x: TensorLike, axis: number | readonly number[]): Tensor => {
  const tensor = toTensor(x);
  const count = typeof axis === 'number' ? 1 : axis.length;
  const axes = axesOf(axis, tensor.rank + count);
  const shape = [...tensor.shape];
  for (const at of axes) shape.splice(at, 0, 1);
  return lax.reshape(tensor, shape);
});

/** Drops axes of size 1: the given ones, or all. */
export const squeeze = defineOp('squeeze', ['x'], (x: TensorLike, { axis = null }: { readonly axis?: Axis } = {}): Tensor => {
  const tensor = toTensor(x);
  const axes = axis === null ? tensor.shape.flatMap((dim, index) => (dim === 1 ? [index] : [])) : axesOf(axis, tensor.rank);
  const wrong = axes.find((at) => tensor.shape[at] !== 1);
  if (wrong !== undefined) {
    throw new ValueError(
      `Cannot squeeze axis ${quote(axis)}, because the dimension is not 1. Received: x.shape=${formatShape(tensor.shape)}`,
      { code: 'squeeze' },
    );
  }
  return lax.reshape(
    tensor,
    tensor.shape.filter((_, index) => !axes.includes(index)),
  );
});

/** Permutes the axes; reverses them by default. */
export const transpose = defineOp(
  'transpose',
  ['x'],
  (x: TensorLike, { axes = null }: { readonly axes?: readonly number[] | null } = {}): Tensor => {
    const tensor = toTensor(x);
    const permutation = axes === null ? tensor.shape.map((_, index) => tensor.rank - 1 - index) : axisList(axes, tensor.rank);
    if (permutation.length !== tensor.rank || new Set(permutation).size !== tensor.rank) {
      throw new ValueError(`\`axes\` must be a permutation of the ${tensor.rank} axes. Received: axes=${quote(axes)}`, { code: 'axis' });
    }
    return lax.transpose(tensor, permutation);
  },
);

/** Moves axes to other positions; the rest keeps its order. */
export const moveaxis = defineOp(
  'moveaxis',
  ['x', 'source', 'destination'],
  (x: TensorLike, source: number | readonly number[], destination: number | readonly number[]): Tensor => {
    const tensor = toTensor(x);
    return lax.transpose(tensor, movePermutation(tensor.rank, axisList(source, tensor.rank), axisList(destination, tensor.rank)));
  },
);

/** The permutation that brings axis `source[k]` to position `destination[k]`. */
export function movePermutation(rank: number, source: readonly number[], destination: readonly number[]): number[] {
  if (source.length !== destination.length) {
    throw new ValueError(
      `\`source\` and \`destination\` must name as many axes. Received: source=${quote(source)}, destination=${quote(destination)}`,
      { code: 'axis' },
    );
  }
  const rest = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !source.includes(axis));
  return Array.from({ length: rank }, (_, position) => {
    const moved = destination.indexOf(position);
    return (moved === -1 ? rest.shift() : source[moved]) as number;
  });
}

/** Exchanges two axes. */
export const swapaxes = defineOp('swapaxes', ['x', 'axis1', 'axis2'], (x: TensorLike, axis1: number, axis2: number): Tensor => {
  const tensor = toTensor(x);
  const [a, b] = [normalizeAxis(axis1, tensor.rank), normalizeAxis(axis2, tensor.rank)];
  return lax.transpose(
    tensor,
    tensor.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
});

/** Repeats the tensor to a shape, as NumPy does. */
export const broadcastTo = defineOp('broadcast_to', ['x', 'shape'], (x: TensorLike, shape: readonly number[]): Tensor => {
  const tensor = toTensor(x);
  const first = shape.length - tensor.rank;
  if (first < 0 || tensor.shape.some((dim, axis) => dim !== 1 && dim !== shape[first + axis])) {
    throw new ValueError(`Cannot broadcast a tensor of shape ${formatShape(tensor.shape)} to shape ${formatShape(shape)}.`, {
      code: 'broadcast',
    });
  }
  return lax.broadcastTo(tensor, shape);
});

/** Reverses the order along axes; all by default. */
export const flip = defineOp('flip', ['x'], (x: TensorLike, { axis = null }: { readonly axis?: Axis } = {}): Tensor => {
  const tensor = toTensor(x);
  return lax.reverse(tensor, axesOf(axis, tensor.rank));
});
/** Reverses the columns. */
export const fliplr = defineOp('fliplr', ['x'], (x: TensorLike): Tensor => lax.reverse(toTensor(x), [1]));
/** Reverses the rows. */
export const flipud = defineOp('flipud', ['x'], (x: TensorLike): Tensor => lax.reverse(toTensor(x), [0]));

/** Rotates along one axis: the last elements come first. */
function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis] as number;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return x;
  const part = (from: number, to: number): Tensor =>
    lax.slice(
      x,
      x.shape.map((_, at) => (at === axis ? from : 0)),
      x.shape.map((dim, at) => (at === axis ? to : dim)),
    );
  return lax.concatenate([part(size - by, size), part(0, size - by)], axis);
}

/** Shifts elements along axes; what leaves at one end enters at the other. Without an axis the flattened tensor is rolled. */
export const roll = defineOp(
  'roll',
  ['x', 'shift'],
  (x: TensorLike, shift: number | readonly number[], { axis = null }: { readonly axis?: Axis } = {}): Tensor => {
    const tensor = toTensor(x);
    if (axis === null) {
      const total = typeof shift === 'number' ? shift : shift.reduce((a, b) => a + b, 0);
      return lax.reshape(rollAxis(lax.reshape(tensor, [tensor.size]), total, 0), tensor.shape);
    }
    const axes = axisList(axis, tensor.rank);
    return axes.reduce((rolled, at, index) => rollAxis(rolled, typeof shift === 'number' ? shift : (shift[index] as number), at), tensor);
  },
);

/** Rotates by 90 degrees `k` times in the plane of two axes. */
export const rot90 = defineOp(
  'rot90',
  ['array'],
  (array: TensorLike, { k = 1, axes = [0, 1] }: { readonly k?: number; readonly axes?: readonly number[] } = {}): Tensor => {
    const tensor = toTensor(array);
    if (tensor.rank < 2)
      throw new ValueError(`Input array must have at least 2 dimensions. Received: array.ndim=${tensor.rank}`, { code: 'rank' });
    if (axes.length !== 2 || axes[0] === axes[1]) {
      throw new ValueError(`Invalid axes: ${quote(axes)}. Axes must be a tuple of two different dimensions.`, { code: 'axis' });
    }
    const [first, second] = axisList(axes, tensor.rank) as [number, number];
    const swap = tensor.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return tensor;
    if (turns === 2) return lax.reverse(tensor, [first, second]);
    return turns === 1 ? lax.transpose(lax.reverse(tensor, [second]), swap) : lax.reverse(lax.transpose(tensor, swap), [second]);
  },
);
