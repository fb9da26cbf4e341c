// Ops that put tensors together and take them apart: concatenate, stack, split, tile, repeat.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { promoteAll, type TensorLike, type TensorList, toList, toNumbers, toTensor } from './convert.ts';

interface AxisOption {
  readonly axis?: number;
}

/** Joins tensors along an existing axis; the other dimensions must agree. */
function concatenateTensors(tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0];
  if (!first) throw new ValueError('`concatenate` needs at least one tensor.', { code: 'arguments' });
  const at = normalizeAxis(axis, first.rank);
  const fits = (tensor: Tensor): boolean =>
    tensor.rank === first.rank && tensor.shape.every((dim, index) => index === at || dim === first.shape[index]);
  if (!tensors.every(fits)) {
    throw new ValueError(
      `Every value in \`xs\` must have the same shape except on the concatenation axis ${axis}. Received shapes: ${tensors.map((tensor) => formatShape(tensor.shape)).join(', ')}`,
      { code: 'concatenate-shapes' },
    );
  }
  return tensors.length === 1 ? first : lax.concatenate(tensors, at);
}

/** Joins tensors along an axis (the first by default). */
export const concatenate = defineOp(
  'concatenate',
  ['xs'],
  (xs: TensorList, { axis = 0 }: AxisOption = {}): Tensor => concatenateTensors(promoteAll(toList(xs)), axis),
);

/** Joins tensors of one shape along a new axis. */
export const stack = defineOp('stack', ['x'], (x: TensorList, { axis = 0 }: AxisOption = {}): Tensor => {
  const tensors = promoteAll(toList(x));
  const at = normalizeAxis(axis, (tensors[0]?.rank ?? 0) + 1);
  const widened = tensors.map((tensor) => lax.reshape(tensor, [...tensor.shape.slice(0, at), 1, ...tensor.shape.slice(at)]));
  return concatenateTensors(widened, at);
});

const atLeast = (tensor: Tensor, rank: 1 | 3): Tensor => {
  if (tensor.rank >= rank) return tensor;
  const [n = 1, m] = tensor.shape;
  if (rank === 1) return lax.reshape(tensor, [1]);
  return lax.reshape(tensor, m === undefined ? [1, n, 1] : [n, m, 1]);
};

/** Joins tensors side by side: along axis 1, vectors along axis 0. */
export const hstack = defineOp('hstack', ['xs'], (xs: TensorList): Tensor => {
  const tensors = promoteAll(toList(xs)).map((tensor) => atLeast(tensor, 1));
  return concatenateTensors(tensors, tensors[0]?.rank === 1 ? 0 : 1);
});
/** Joins tensors along axis 0. As Keras says, and unlike NumPy, vectors are joined to a vector. */
export const vstack = defineOp(
  'vstack',
  ['xs'],
  (xs: TensorList): Tensor =>
    concatenateTensors(
      promoteAll(toList(xs)).map((tensor) => atLeast(tensor, 1)),
      0,
    ),
);
/** Joins tensors in depth: along axis 2. */
export const dstack = defineOp(
  'dstack',
  ['xs'],
  (xs: TensorList): Tensor =>
    concatenateTensors(
      promoteAll(toList(xs)).map((tensor) => atLeast(tensor, 3)),
      2,
    ),
);

/** Joins two tensors; flattens them first without an axis. */
export const append = defineOp(
  'append',
  ['x1', 'x2'],
  (x1: TensorLike, x2: TensorLike, { axis = null }: { readonly axis?: number | null } = {}): Tensor => {
    const tensors = promoteAll([x1, x2]);
    if (axis !== null) return concatenateTensors(tensors, axis);
    return concatenateTensors(
      tensors.map((tensor) => lax.reshape(tensor, [tensor.size])),
      0,
    );
  },
);

/** The part of a tensor from `from` to `to` along one axis. */
export const sliceAxis = (x: Tensor, axis: number, from: number, to: number): Tensor =>
  lax.slice(
    x,
    x.shape.map((_, at) => (at === axis ? from : 0)),
    x.shape.map((dim, at) => (at === axis ? to : dim)),
  );

function cutAt(x: Tensor, axis: number, points: readonly number[]): Tensor[] {
  const size = x.shape[axis] as number;
  const clamp = (point: number): number => Math.min(size, Math.max(0, point < 0 ? point + size : point));
  const ends = [...points.map(clamp), size];
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : (ends[index - 1] as number);
    return sliceAxis(x, axis, start, Math.max(start, end));
  });
}

/** How many equal parts, or the positions of the cuts. */
type Sections = number | TensorLike;

function splitTensor(x: Tensor, sections: Sections, axis: number): Tensor[] {
  const at = normalizeAxis(axis, x.rank);
  if (typeof sections !== 'number') return cutAt(x, at, toNumbers(sections));
  const size = x.shape[at] as number;
  if (size % sections !== 0) {
    throw new ValueError(
      `x.shape[axis] must be divisible by indices_or_sections. Received: indices_or_sections=${sections}, axis=${axis}, x.shape=${formatShape(x.shape)}`,
      { code: 'split' },
    );
  }
  return cutAt(
    x,
    at,
    Array.from({ length: sections - 1 }, (_, index) => ((index + 1) * size) / sections),
  );
}

/** Cuts a tensor into equal parts, or at the given positions. */
export const split = defineOp(
  'split',
  ['x', 'indices_or_sections'],
  (x: TensorLike, indicesOrSections: Sections, { axis = 0 }: AxisOption = {}): Tensor[] =>
    splitTensor(toTensor(x), indicesOrSections, axis),
);
/** Cuts a tensor into parts whose sizes differ by at most one. */
export const arraySplit = defineOp(
  'array_split',
  ['x', 'indices_or_sections'],
  (x: TensorLike, indicesOrSections: Sections, { axis = 0 }: AxisOption = {}): Tensor[] => {
    const tensor = toTensor(x);
    const at = normalizeAxis(axis, tensor.rank);
    if (typeof indicesOrSections !== 'number') return cutAt(tensor, at, toNumbers(indicesOrSections));
    const size = tensor.shape[at] as number;
    const [small, larger] = [Math.floor(size / indicesOrSections), size % indicesOrSections];
    return cutAt(
      tensor,
      at,
      Array.from({ length: indicesOrSections - 1 }, (_, index) => (index + 1) * small + Math.min(index + 1, larger)),
    );
  },
);
/** Cuts along axis 1, vectors along axis 0. */
export const hsplit = defineOp('hsplit', ['x', 'indices_or_sections'], (x: TensorLike, sections: Sections): Tensor[] => {
  const tensor = toTensor(x);
  return splitTensor(tensor, sections, tensor.rank === 1 ? 0 : 1);
});
/** Cuts along axis 0. */
export const vsplit = defineOp('vsplit', ['x', 'indices_or_sections'], (x: TensorLike, sections: Sections): Tensor[] =>
  splitTensor(toTensor(x), sections, 0),
);
/** Cuts along axis 2. */
export const dsplit = defineOp('dsplit', ['x', 'indices_or_sections'], (x: TensorLike, sections: Sections): Tensor[] =>
  splitTensor(toTensor(x), sections, 2),
);

export interface UnstackOptions {
  /** How many tensors are expected; known from the shape. */
  readonly num?: number | null;
  readonly axis?: number;
}

/** The slices along an axis, as a list. */
export const unstack = defineOp('unstack', ['x'], (x: TensorLike, { num = null, axis = 0 }: UnstackOptions = {}): Tensor[] => {
  const tensor = toTensor(x);
  const at = normalizeAxis(axis, tensor.rank);
  const size = tensor.shape[at] as number;
  if (num !== null && num !== size)
    throw new ValueError(`\`num\` must be the size of axis ${axis}, ${size}. Received: num=${num}`, { code: 'arguments' });
  const shape = tensor.shape.filter((_, index) => index !== at);
  return Array.from({ length: size }, (_, index) => lax.reshape(sliceAxis(tensor, at, index, index + 1), shape));
});

/** Repeats each element along an axis `count` times: a new axis after it, merged into it. */
export function repeatAxis(x: Tensor, count: number, axis: number): Tensor {
  const wide = [...x.shape.slice(0, axis + 1), count, ...x.shape.slice(axis + 1)];
  const axes = x.shape.map((_, at) => (at <= axis ? at : at + 1));
  return lax.reshape(
    lax.broadcast(x, wide, axes),
    x.shape.map((dim, at) => (at === axis ? dim * count : dim)),
  );
}

/** Repeats each element, `repeats` times or as often as the list says; flattens first without an axis. */
export const repeat = defineOp(
  'repeat',
  ['x', 'repeats'],
  (x: TensorLike, repeats: TensorLike, { axis = null }: { readonly axis?: number | null } = {}): Tensor => {
    const given = toTensor(x);
    const tensor = axis === null ? lax.reshape(given, [given.size]) : given;
    const at = normalizeAxis(axis ?? 0, tensor.rank);
    const counts = toNumbers(repeats);
    if (counts.length === 1) return repeatAxis(tensor, counts[0] as number, at);
    if (counts.length !== tensor.shape[at]) {
      throw new ValueError(`\`repeats\` must be one number or one per element of the axis. Received: repeats=${quote(repeats)}`, {
        code: 'arguments',
      });
    }
    const parts = counts.flatMap((count, index) => (count === 0 ? [] : [repeatAxis(sliceAxis(tensor, at, index, index + 1), count, at)]));
    return parts.length === 0 ? sliceAxis(tensor, at, 0, 0) : concatenateTensors(parts, at);
  },
);

/** Repeats the whole tensor along its axes. */
export const tile = defineOp('tile', ['x', 'repeats'], (x: TensorLike, repeats: number | readonly number[]): Tensor => {
  const given = toTensor(x);
  const counts = typeof repeats === 'number' ? [repeats] : [...repeats];
  const rank = Math.max(counts.length, given.rank);
  const shape = [...new Array<number>(rank - given.rank).fill(1), ...given.shape];
  const times = [...new Array<number>(rank - counts.length).fill(1), ...counts];
  // Each axis becomes (repeat, size), of which the first is broadcast.
  const wide = shape.flatMap((dim, axis) => [times[axis] as number, dim]);
  const broadcast = lax.broadcast(
    lax.reshape(given, shape),
    wide,
    shape.map((_, axis) => 2 * axis + 1),
  );
  return lax.reshape(
    broadcast,
    shape.map((dim, axis) => dim * (times[axis] as number)),
  );
});
