// Data sets of the files of a folder: split, read, labelled, shuffled and batched.
import { Dataset } from '../../data/index.ts';
import { ValueError } from '../../errors/index.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { makeDefaultSeed } from '../engine/default-seed.ts';
import {
  checkDirectoryOptions,
  type DirectoryIndex,
  type DirectoryOptions,
  indexDirectory,
  type LabelledFiles,
} from './directory-index.ts';

/** A data set of files that knows where they are. Elements are batches `[x, labels]`, or `x` without labels. */
export class DirectoryDataset extends Dataset<unknown> {
  readonly classNames: readonly string[] | undefined;
  /** In the order before shuffling by passes. */
  readonly filePaths: readonly string[];

  constructor(dataset: Dataset<unknown>, classNames: readonly string[] | undefined, filePaths: readonly string[]) {
    super(() => dataset, dataset.cardinality);
    this.classNames = classNames;
    this.filePaths = filePaths;
  }
}

/** How the files of a kind are found and read. */
export interface FileKind {
  /** In messages: image, text. */
  readonly name: string;
  /** In lower case, with the dot. */
  readonly endings: readonly string[];
  readonly read: (path: string) => Promise<unknown>;
  /** Puts elements together; default: they must have the same shape. */
  readonly batch?: (dataset: Dataset<unknown>, size: number) => Dataset<unknown>;
}

/** One data set, or two for `subset: 'both'`. */
export type SubsetResult<O extends DirectoryOptions> = O extends { readonly subset: 'both' }
  ? readonly [train: DirectoryDataset, validation: DirectoryDataset]
  : DirectoryDataset;

export async function datasetFromDirectory<O extends DirectoryOptions>(
  directory: string,
  kind: FileKind,
  given: O,
): Promise<SubsetResult<O>> {
  checkDirectoryOptions(given, kind.name);
  const options = { ...given, seed: given.seed ?? makeDefaultSeed() };
  const index = await indexDirectory(directory, kind.endings, options);
  if (options.labelMode === 'binary' && index.classNames?.length !== 2) {
    throw new ValueError(
      `When passing \`label_mode="binary"\`, there must be exactly 2 class_names. Received: class_names=${index.classNames?.join(', ')}`,
      { code: 'directory' },
    );
  }
  const subsets = options.subset === 'both' ? (['training', 'validation'] as const) : [options.subset ?? undefined];
  const datasets = subsets.map((subset) => {
    const files = takeSubset(index, options, subset);
    requireFiles(files, directory, kind, options.subset === 'both' ? subset : undefined);
    return new DirectoryDataset(readFiles(files, index, kind, options, subset), index.classNames, files.paths);
  });
  return (options.subset === 'both' ? datasets : datasets[0]) as unknown as SubsetResult<O>;
}

/** Validation takes the last files. */
function takeSubset(
  files: LabelledFiles,
  { validationSplit, verbose = true }: DirectoryOptions,
  subset: string | undefined,
): LabelledFiles {
  if (!validationSplit || subset === undefined) return files;
  const first = files.paths.length - Math.trunc(validationSplit * files.paths.length);
  const [from, to] = subset === 'training' ? [0, first] : [first, files.paths.length];
  if (verbose) console.log(`Using ${to - from} files for ${subset}.`);
  return { paths: files.paths.slice(from, to), labels: files.labels?.slice(from, to) };
}

function requireFiles({ paths }: LabelledFiles, directory: string, { name, endings }: FileKind, subset: string | undefined): void {
  if (paths.length > 0) return;
  throw new ValueError(
    `No ${subset ? `${subset} ` : ''}${name} files found in directory ${directory}. Allowed formats: ${endings.join(', ')}`,
    { code: 'directory' },
  );
}

function readFiles(
  { paths, labels }: LabelledFiles,
  { classNames }: DirectoryIndex,
  kind: FileKind,
  options: DirectoryOptions & { readonly seed: number },
  subset: string | undefined,
): Dataset<unknown> {
  const { labelMode = 'int', batchSize = 32, shuffle = true, seed } = options;
  const files = Dataset.fromList(paths.map((path, index) => ({ path, label: labels?.[index] })));
  // The second of two subsets comes in one order, to compare epochs.
  const isShuffled = shuffle && !(options.subset === 'both' && subset === 'validation');
  const ordered = isShuffled ? files.shuffle(batchSize === null ? 1024 : batchSize * 8, { seed }) : files;
  const elements = ordered.map(async ({ path, label }): Promise<unknown> => {
    const content = await kind.read(path);
    return label === undefined || labelMode === null ? content : [content, toLabel(label, labelMode, classNames?.length ?? 0)];
  });
  if (batchSize === null) return elements.prefetch(2);
  const batch = kind.batch ?? ((dataset: Dataset<unknown>, size: number): Dataset<unknown> => dataset.batch(size));
  return batch(elements, batchSize).prefetch(1);
}

function toLabel(label: number, mode: 'int' | 'categorical' | 'binary', classes: number): Tensor {
  if (mode === 'int') return tensorOf('int32', [], Int32Array.of(label));
  if (mode === 'binary') return tensorOf('float32', [1], Float32Array.of(label));
  return tensorOf(
    'float32',
    [classes],
    Float32Array.from({ length: classes }, (_, index) => (index === label ? 1 : 0)),
  );
}
