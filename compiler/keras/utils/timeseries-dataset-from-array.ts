// Windows over a series.
import { Dataset } from '../../data/index.ts';
import { quote, ValueError } from '../../errors/index.ts';
import { allocate } from '../../ir/dtype.ts';
import { elementCount } from '../../ir/shape.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { hostRandom, makeDefaultSeed } from '../engine/default-seed.ts';
import { toTensor } from '../ops/convert.ts';
import type { TensorLike } from '../ops/index.ts';

export interface TimeseriesOptions {
  /** Steps from the start of a window to that of the next. Default 1. */
  readonly sequenceStride?: number;
  /** Steps from one row of a window to the next. Default 1. */
  readonly samplingRate?: number;
  /** Null gives single windows. Default 128. */
  readonly batchSize?: number | null;
  /** Default false. */
  readonly shuffle?: boolean;
  readonly seed?: number | null;
  /** Rows before it are not used. */
  readonly startIndex?: number | null;
  /** Rows from it on are not used. */
  readonly endIndex?: number | null;
}

/**
 * Windows of `sequenceLength` rows of a series, and, where given, the target of the row at which each window starts.
 *
 * @param data (steps, ...)
 * @param targets (steps, ...), or null: elements are then windows alone
 * @example
 * // The next value of a series from the 10 before it.
 * const windows = utils.timeseriesDatasetFromArray(series, ops.getItem(series, { start: 10 }), 10);
 */
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: null,
  sequenceLength: number,
  options?: TimeseriesOptions,
): Dataset<Tensor>;
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: TensorLike,
  sequenceLength: number,
  options?: TimeseriesOptions,
): Dataset<[Tensor, Tensor]>;
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: TensorLike | null,
  sequenceLength: number,
  options: TimeseriesOptions = {},
): Dataset<Tensor> | Dataset<[Tensor, Tensor]> {
  const series = toTensor(data);
  const rows = series.shape[0] ?? 0;
  const { sequenceStride = 1, samplingRate = 1, batchSize = 128, shuffle = false } = options;
  checkOptions(options, sequenceStride, samplingRate, rows);
  const seed = options.seed ?? makeDefaultSeed();
  const first = options.startIndex ?? 0;
  const wanted = targets === null ? undefined : toTensor(targets);
  // Targets are cut as the data is.
  const goals = wanted && Math.min(wanted.shape[0] ?? 0, options.endIndex ?? Number.POSITIVE_INFINITY) - first;
  const windows = (options.endIndex ?? rows) - first - (sequenceLength - 1) * samplingRate;
  const count = Math.max(0, Math.ceil(Math.min(windows, goals ?? windows) / sequenceStride));
  const starts = Array.from({ length: count }, (_, index) => first + index * sequenceStride);
  if (shuffle) shuffleInPlace(starts, seed);
  const elements = Dataset.fromList(starts).map((start) => {
    const window = takeRows(
      series,
      Array.from({ length: sequenceLength }, (_, step) => start + step * samplingRate),
    );
    return wanted ? [window, rowAt(wanted, start)] : window;
  });
  const ordered = shuffle ? elements.shuffle(batchSize === null ? 1024 : batchSize * 8, { seed }) : elements;
  return (batchSize === null ? ordered : ordered.batch(batchSize)) as Dataset<Tensor> | Dataset<[Tensor, Tensor]>;
}

function checkOptions({ startIndex, endIndex }: TimeseriesOptions, stride: number, rate: number, rows: number): void {
  const length = `for data of length ${rows}`;
  if (startIndex) {
    if (startIndex < 0) refuse(`\`start_index\` must be 0 or greater. Received: start_index=${startIndex}`);
    if (startIndex >= rows)
      refuse(`\`start_index\` must be lower than the length of the data. Received: start_index=${startIndex}, ${length}`);
  }
  if (endIndex) {
    if (startIndex && endIndex <= startIndex) {
      refuse(`\`end_index\` must be higher than \`start_index\`. Received: start_index=${startIndex}, and end_index=${endIndex}`);
    }
    if (endIndex >= rows) refuse(`\`end_index\` must be lower than the length of the data. Received: end_index=${endIndex}, ${length}`);
    if (endIndex <= 0) refuse(`\`end_index\` must be higher than 0. Received: end_index=${endIndex}`);
  }
  for (const [name, value] of [['sampling_rate', rate] as const, ['sequence_stride', stride] as const]) {
    if (!(value > 0)) refuse(`\`${name}\` must be higher than 0. Received: ${name}=${quote(value)}`);
    if (value >= rows) refuse(`\`${name}\` must be lower than the length of the data. Received: ${name}=${value}, ${length}`);
  }
}

function takeRows(x: Tensor, rows: readonly number[]): Tensor {
  const inner = x.shape.slice(1);
  const size = elementCount(inner);
  const data = allocate(x.dtype, rows.length * size);
  rows.forEach((row, index) => {
    data.set(x.data.subarray(row * size, (row + 1) * size) as never, index * size);
  });
  return tensorOf(x.dtype, [rows.length, ...inner], data);
}

function rowAt(x: Tensor, row: number): Tensor {
  const size = elementCount(x.shape.slice(1));
  return tensorOf(x.dtype, x.shape.slice(1), x.data.subarray(row * size, (row + 1) * size));
}

function shuffleInPlace(values: number[], seed: number): void {
  const random = hostRandom(seed);
  for (let last = values.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [values[last], values[chosen]] = [values[chosen] as number, values[last] as number];
  }
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'timeseries' });
}
