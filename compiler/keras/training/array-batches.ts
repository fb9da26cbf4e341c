// Batches cut from arrays, in order or shuffled.
import { ValueError } from '../../errors/index.ts';
import { allocate } from '../../ir/dtype.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import type { Batch, BatchSource } from './batch-source.ts';
import { type ClassWeight, classWeightToSampleWeights } from './class-weight.ts';
import { type HostData, hostArrays, mapHostData } from './host-data.ts';
import { permutation } from './permutation.ts';
import { isNested, isSameStructure } from './step-data.ts';

export interface ArrayBatchesOptions {
  /** Rows of a batch. Default 32, or what `steps` batches need. */
  readonly batchSize?: number | null | undefined;
  readonly steps?: number | null | undefined;
  /** `batch` shuffles within each batch. Default false. */
  readonly shuffle?: boolean | 'batch' | undefined;
  readonly classWeight?: ClassWeight | null | undefined;
  /** Of the order of rows, asked for when a pass begins. */
  readonly seed?: (() => number) | undefined;
}

/** A source of batches over arrays of as many rows each. */
export function arrayBatches(data: Batch, options: ArrayBatchesOptions = {}): BatchSource {
  const whole: Batch = { ...data, sampleWeight: sampleWeightsOf(data, options.classWeight) };
  const rows = countRows(whole);
  const size = options.batchSize || (options.steps ? Math.ceil(rows / options.steps) : 32);
  const { shuffle = false, seed = () => 0 } = options;
  return {
    batches: Math.ceil(rows / size),
    sample: selectRows(whole, 0, Math.min(size, rows)),
    open: (pass) => {
      const order = shuffle ? orderOf(rows, shuffle === 'batch' ? size : rows, seed(), pass) : undefined;
      return cut(whole, rows, size, order);
    },
  };
}

function* cut(data: Batch, rows: number, size: number, order: Int32Array | undefined): Generator<Batch> {
  for (let start = 0; start < rows; start += size) yield selectRows(data, start, Math.min(start + size, rows), order);
}

/** An order in which rows stay within their block of `block` rows. */
function orderOf(rows: number, block: number, seed: number, pass: number): Int32Array {
  const order = new Int32Array(rows);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    order.set(
      permutation(count, seed + start, pass).map((row) => row + start),
      start,
    );
  }
  return order;
}

/** The rows from `start` to `end`, taken in the given order. */
export function selectRows({ x, y, sampleWeight }: Batch, start: number, end: number, order?: Int32Array): Batch {
  const select = (array: NDArray): NDArray => (order ? gatherRows(array, order.subarray(start, end)) : sliceRows(array, start, end));
  return {
    x: mapHostData(x, select),
    y: y === undefined ? undefined : mapHostData(y, select),
    sampleWeight: sampleWeight === undefined ? undefined : mapHostData(sampleWeight, select),
  };
}

/** A view of some rows. */
function sliceRows({ dtype, shape, data }: NDArray, start: number, end: number): NDArray {
  const inner = shape.slice(1);
  const row = inner.reduce((product, dim) => product * dim, 1);
  return ndarray(dtype, [end - start, ...inner], data.subarray(start * row, end * row));
}

function gatherRows({ dtype, shape, data }: NDArray, rows: Int32Array): NDArray {
  const inner = shape.slice(1);
  const row = inner.reduce((product, dim) => product * dim, 1);
  const gathered = allocate(dtype, rows.length * row);
  rows.forEach((from, to) => {
    if (row === 1) gathered[to] = data[from] as never;
    else gathered.set(data.subarray(from * row, (from + 1) * row) as never, to * row);
  });
  return ndarray(dtype, [rows.length, ...inner], gathered);
}

/** All arrays must have as many rows. */
export function countRows(data: Batch): number {
  const parts = { x: data.x, y: data.y, sample_weight: data.sampleWeight };
  const counts = new Set(Object.values(parts).flatMap((part) => hostArrays(part).map(({ shape }) => shape[0] ?? 0)));
  if (counts.size <= 1) return [...counts][0] ?? 0;
  const sizes = Object.entries(parts)
    .map(([label, part]) => [label, hostArrays(part).map(({ shape }) => shape[0] ?? 0)] as const)
    .filter(([, sizesOfPart]) => sizesOfPart.length > 0)
    .map(([label, sizesOfPart]) => `'${label}' sizes: ${sizesOfPart.join(', ')}\n`);
  throw new ValueError(`Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.${sizes.join('')}`, {
    code: 'cardinality',
  });
}

/** Sample weights as given, by class, or repeated for each output. */
function sampleWeightsOf({ y, sampleWeight }: Batch, classWeight: ClassWeight | null | undefined): HostData | undefined {
  const isGiven = sampleWeight !== undefined && sampleWeight !== null;
  if (classWeight === undefined || classWeight === null) return isGiven ? fitSampleWeight(y, sampleWeight) : undefined;
  if (isGiven) throw new ValueError('You cannot `class_weight` and `sample_weight` at the same time.', { code: 'class-weight' });
  return classWeightToSampleWeights(y, classWeight);
}

function fitSampleWeight(y: HostData | undefined, sampleWeight: HostData): HostData {
  if (!isNested(y)) return sampleWeight;
  if (isNested(sampleWeight)) {
    if (isSameStructure(y, sampleWeight)) return sampleWeight;
    throw new ValueError('You should provide one `sample_weight` array per output in `y`. The two structures did not match.', {
      code: 'sample-weight',
    });
  }
  const { shape } = sampleWeight as NDArray;
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return mapHostData(y, () => sampleWeight as NDArray);
  throw new ValueError(
    'For a model with multiple outputs, when providing a single `sample_weight` array, it should only have one scalar score per sample ' +
      '(i.e. shape `(num_samples,)`). If you want to use non-scalar sample weights, pass a `sample_weight` argument with one array per model output.',
    { code: 'sample-weight' },
  );
}
