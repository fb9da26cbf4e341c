// Two parts of a data set.
import { Dataset, type Tensors } from '../../data/index.ts';
import { quote, ValueError } from '../../errors/index.ts';
import { makeDefaultSeed } from '../engine/default-seed.ts';

export interface SplitDatasetOptions {
  /** Elements of the first part: a share below 1, or a number of them. Default: what the right part leaves. */
  readonly leftSize?: number | null;
  /** Elements of the last part: a share below 1, or a number of them. */
  readonly rightSize?: number | null;
  /** Whether elements are mixed first. Default false. */
  readonly shuffle?: boolean;
  readonly seed?: number | null;
}

/**
 * The first and the last elements of a data set, or rows of arrays, as two data sets. The data is read into memory.
 *
 * @example const [train, test] = await utils.splitDataset([x, y], { leftSize: 0.8, shuffle: true, seed: 1 });
 */
export async function splitDataset<T>(dataset: Dataset<T>, options: SplitDatasetOptions): Promise<[Dataset<T>, Dataset<T>]>;
export async function splitDataset<const T>(arrays: T, options: SplitDatasetOptions): Promise<[Dataset<Tensors<T>>, Dataset<Tensors<T>>]>;
export async function splitDataset(data: unknown, options: SplitDatasetOptions): Promise<[Dataset<unknown>, Dataset<unknown>]> {
  const { leftSize = null, rightSize = null, shuffle = false } = options;
  if (leftSize === null && rightSize === null) {
    refuse('At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and right_size=None');
  }
  const source = data instanceof Dataset ? (data as Dataset<unknown>) : (Dataset.fromTensorSlices(data) as Dataset<unknown>);
  const elements = await source.toArray();
  const seed = options.seed ?? makeDefaultSeed();
  const ordered = shuffle && elements.length > 0 ? await Dataset.fromList(elements).shuffle(elements.length, { seed }).toArray() : elements;
  const [left, right] = splitSizes(leftSize, rightSize, elements.length);
  return [Dataset.fromList(ordered.slice(0, left)), Dataset.fromList(ordered.slice(ordered.length - right))];
}

function splitSizes(left: number | null, right: number | null, total: number): readonly [number, number] {
  if (total === 0) refuse('Received an empty dataset: there is nothing to split.');
  requireSize('left_size', left, total);
  requireSize('right_size', right, total);
  if (left !== null && right !== null && left < 1 && right < 1 && left + right > 1) {
    refuse(`The sum of \`left_size\` and \`right_size\` is greater than 1. Received: left_size=${left} and right_size=${right}`);
  }
  const first = left === null ? null : isShare(left) ? roundToEven(left * total) : left;
  const last = right === null ? null : isShare(right) ? roundToEven(right * total) : right;
  const sizes = [first ?? total - (last as number), last ?? total - (first as number)] as const;
  if (sizes[0] + sizes[1] > total) {
    refuse(
      `The sum of \`left_size\` and \`right_size\` should be smaller than the length of the dataset ${total}. Received: left_size=${left}, right_size=${right}`,
    );
  }
  const empty = sizes.indexOf(0);
  if (empty < 0) return sizes;
  return refuse(
    `With a dataset of length=${total}, left_size=${left} and right_size=${right}, the resulting ${empty === 0 ? 'left' : 'right'} side dataset split will be empty. Adjust any of the aforementioned parameters`,
  );
}

/** Python's `round`: halves go to the even neighbour. */
const roundToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

const isShare = (size: number): boolean => size > 0 && size < 1;

function requireSize(name: string, size: number | null, total: number): void {
  if (size === null || isShare(size) || (Number.isInteger(size) && size > 0 && size < total)) return;
  refuse(
    `\`${name}\` should be a number of elements, positive and smaller than ${total}, or a share within the range (0, 1). Received: ${name}=${quote(size)}`,
  );
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'split-dataset' });
}
