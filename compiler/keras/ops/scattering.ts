// Ops that write: slices at run-time positions, scatter, segment reductions.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { ScatterKind } from '../../ir/primitives/params.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { sizeFromValue } from '../engine/infer-spec.ts';
import { defineOp } from '../engine/operation.ts';
import { fullAs, type TensorLike, toNumbers, toTensor } from './convert.ts';

/** Start positions, one number or int32 scalar per axis. */
export type StartIndices = TensorLike;

/** Scalars out of a vector of starts. */
function scalarStarts(startIndices: StartIndices, rank: number): Tensor[] {
  const starts = lax.cast(toTensor(startIndices), 'int32');
  if (starts.size !== rank)
    throw new ValueError(`\`start_indices\` needs one number per axis. Received: ${formatShape(starts.shape)} for ${rank} axes`, {
      code: 'index',
    });
  const flat = lax.reshape(starts, [rank]);
  return Array.from({ length: rank }, (_, axis) => lax.reshape(lax.slice(flat, [axis], [axis + 1]), []));
}

const isNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every((item) => typeof item === 'number');

/** The part of the given shape that starts at `startIndices`; a size of -1 means all that remains. */
export const slice = defineOp(
  'slice',
  ['inputs', 'start_indices', 'shape'],
  (inputs: TensorLike, startIndices: StartIndices, sizes: TensorLike): Tensor => {
    const tensor = toTensor(inputs);
    const shape = toNumbers(sizes);
    if (isNumbers(startIndices)) {
      const limit = startIndices.map((start, axis) =>
        shape[axis] === -1 ? (tensor.shape[axis] as number) : start + (shape[axis] as number),
      );
      return lax.slice(tensor, startIndices, limit);
    }
    return lax.dynamic_slice(
      tensor,
      scalarStarts(startIndices, tensor.rank),
      shape.map((size, axis) => (size === -1 ? (tensor.shape[axis] as number) : size)),
    );
  },
);

/** `inputs` with `updates` written at `startIndices`. */
export const sliceUpdate = defineOp(
  'slice_update',
  ['inputs', 'start_indices', 'updates'],
  (inputs: TensorLike, startIndices: StartIndices, updates: TensorLike): Tensor => {
    const tensor = toTensor(inputs);
    return lax.dynamic_update_slice(tensor, toTensor(updates, tensor.dtype), scalarStarts(startIndices, tensor.rank));
  },
);

/** Writes slices of `x` at index vectors (the last axis of `indices`). */
function scatterInto(x: Tensor, indices: Tensor, updates: Tensor, kind: ScatterKind): Tensor {
  const depth = indices.shape[indices.rank - 1] as number;
  const batch = indices.rank - 1;
  const addressed = Array.from({ length: depth }, (_, axis) => axis);
  return lax.scatter(x, lax.cast(indices, 'int32'), updates, {
    offsetAxes: Array.from({ length: updates.rank - batch }, (_, axis) => batch + axis),
    collapsedAxes: addressed,
    operandBatchAxes: [],
    indicesBatchAxes: [],
    startIndexMap: addressed,
    kind,
  });
}

/** Zeros of `shape` with `values` added at `indices`, whose last axis addresses the first axes of the result. */
export const scatter = defineOp(
  'scatter',
  ['indices', 'values', 'shape'],
  (indices: TensorLike, values: TensorLike, shape: readonly number[]): Tensor => {
    const updates = toTensor(values);
    return scatterInto(lax.full(shape, 0, updates.dtype), toTensor(indices), updates, 'add');
  },
);

const REDUCTIONS: Readonly<Record<string, ScatterKind>> = { add: 'add', mul: 'multiply', multiply: 'multiply', max: 'max', min: 'min' };

export interface ScatterUpdateOptions {
  /** How an update combines with what is there: it replaces it by default. */
  readonly reduction?: 'add' | 'mul' | 'max' | 'min' | null;
}

/** `inputs` with `updates` written at `indices`. */
export const scatterUpdate = defineOp(
  'scatter_update',
  ['inputs', 'indices', 'updates'],
  (inputs: TensorLike, indices: TensorLike, updates: TensorLike, { reduction = null }: ScatterUpdateOptions = {}): Tensor => {
    const tensor = toTensor(inputs);
    const kind = reduction === null ? 'update' : REDUCTIONS[reduction];
    if (!kind) throw new ValueError(`Unsupported reduction: ${quote(reduction)}`, { code: 'arguments' });
    return scatterInto(tensor, toTensor(indices), toTensor(updates, tensor.dtype), kind);
  },
);

export interface SegmentOptions {
  /** How many segments; needed where the ids have no value yet. */
  readonly numSegments?: number | null;
  /** Whether the ids ascend; makes no difference here. */
  readonly sorted?: boolean;
}

/** One more than the largest id. */
function segmentCount(ids: Tensor): number {
  if (ids.size === 0) return 0;
  const largest = lax.reduce('max', lax.reshape(ids, [ids.size]), [0]);
  return sizeFromValue(lax.add(largest, fullAs(largest, 1)));
}

const segmentOp = (name: string, kind: ScatterKind, empty: (x: Tensor) => number) =>
  defineOp(
    name,
    ['data', 'segment_ids'],
    (data: TensorLike, segmentIds: TensorLike, { numSegments = null }: SegmentOptions = {}): Tensor => {
      const tensor = toTensor(data);
      const ids = lax.cast(toTensor(segmentIds), 'int32');
      const count = numSegments ?? segmentCount(ids);
      const initial = lax.full([count, ...tensor.shape.slice(1)], empty(tensor), tensor.dtype);
      return scatterInto(initial, lax.reshape(ids, [...ids.shape, 1]), tensor, kind);
    },
  );

/** The extremes of the dtypes, which empty segments hold. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 2 ** 32 - 1],
};

/** The sum of the rows of each segment. */
export const segmentSum = segmentOp('segment_sum', 'add', () => 0);
/** The product of the rows of each segment. */
export const segmentProd = segmentOp('segment_prod', 'multiply', () => 1);
/** The maximum of the rows of each segment. */
export const segmentMax = segmentOp('segment_max', 'max', (x) => LIMITS[x.dtype]?.[0] ?? Number.NEGATIVE_INFINITY);
/** The minimum of the rows of each segment. */
export const segmentMin = segmentOp('segment_min', 'min', (x) => LIMITS[x.dtype]?.[1] ?? Number.POSITIVE_INFINITY);

/** For each flat index, the index along each axis of `shape`. */
export const unravelIndex = defineOp('unravel_index', ['indices', 'shape'], (indices: TensorLike, shape: readonly number[]): Tensor[] => {
  const given = toTensor(indices);
  const total = shape.reduce((product, dim) => product * dim, 1);
  const flat = lax.select(lax.compare('less', given, fullAs(given, 0)), lax.add(given, fullAs(given, total)), given);
  return shape.map((dim, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, item) => product * item, 1);
    return lax.remainder(lax.divide(flat, fullAs(flat, stride)), fullAs(flat, dim));
  });
});
