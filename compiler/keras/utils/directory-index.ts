// The files of a folder with one folder per class, and their labels.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quote, ValueError } from '../../errors/index.ts';
import { hostRandom, makeDefaultSeed } from '../engine/default-seed.ts';

export interface DirectoryOptions {
  /** `inferred` from the folders' names, one integer per file in the order of names, or null for none. Default inferred. */
  readonly labels?: 'inferred' | readonly number[] | null;
  /** `int` numbers, `categorical` one-hot rows, `binary` 0 and 1, or null for no labels. Default int. */
  readonly labelMode?: 'int' | 'categorical' | 'binary' | null;
  /** The folders in the order of their numbers. Default: sorted. */
  readonly classNames?: readonly string[] | null;
  /** Null gives single elements. Default 32. */
  readonly batchSize?: number | null;
  /** Default true; otherwise files come sorted by name. */
  readonly shuffle?: boolean;
  readonly seed?: number | null;
  /** The share of the files that `subset: 'validation'` gives. */
  readonly validationSplit?: number | null;
  /** Which part to give; `both` gives two data sets. */
  readonly subset?: 'training' | 'validation' | 'both' | null;
  /** Whether links to folders are followed. Default false. */
  readonly followLinks?: boolean;
  /** Whether the numbers of files and classes are printed. Default true. */
  readonly verbose?: boolean;
}

export interface LabelledFiles {
  readonly paths: readonly string[];
  readonly labels: readonly number[] | undefined;
}

export interface DirectoryIndex extends LabelledFiles {
  readonly classNames: readonly string[] | undefined;
}

/** Throws ValueError for options that contradict each other. */
export function checkDirectoryOptions(options: DirectoryOptions, what: string): void {
  const { labels = 'inferred', labelMode = 'int', classNames, validationSplit: split, subset, shuffle = true, seed } = options;
  if (labels !== 'inferred' && labels !== null && !Array.isArray(labels)) {
    refuse(
      `\`labels\` argument should be a list of integer labels, of the same size as the number of ${what} files in the target directory. Received: labels=${quote(labels)}`,
    );
  }
  if (labels !== 'inferred' && classNames) {
    refuse(
      `You can only pass \`class_names\` if \`labels="inferred"\`. Received: labels=${quote(labels)}, and class_names=${quote(classNames)}`,
    );
  }
  if (!['int', 'categorical', 'binary', null].includes(labelMode)) {
    refuse(`\`label_mode\` argument must be one of "int", "categorical", "binary", or None. Received: label_mode=${quote(labelMode)}`);
  }
  if (split && !(split > 0 && split < 1)) refuse(`\`validation_split\` must be between 0 and 1, received: ${quote(split)}`);
  if (Boolean(split) !== Boolean(subset)) refuse('If `subset` is set, `validation_split` must be set, and inversely.');
  if (!['training', 'validation', 'both', null, undefined].includes(subset)) {
    refuse(`\`subset\` must be either "training", "validation" or "both", received: ${quote(subset)}`);
  }
  if (split && shuffle && (seed === null || seed === undefined)) {
    refuse(
      'If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that there is no overlap between the training and validation subset.',
    );
  }
}

/** The files with one of the endings, in the order of the options. */
export async function indexDirectory(directory: string, endings: readonly string[], options: DirectoryOptions): Promise<DirectoryIndex> {
  const { labels: given = 'inferred', shuffle = true, followLinks = false, verbose = true } = options;
  const folders = given === 'inferred' ? await classFolders(directory, options.classNames) : [''];
  const files = await Promise.all(folders.map((folder) => filesBelow(join(directory, folder), endings, followLinks)));
  const paths = files.flat();
  const isUnlabelled = given === null || options.labelMode === null;
  const labels = given === 'inferred' ? files.flatMap((of, index) => of.map(() => index)) : (given ?? []);
  if (given !== null && labels.length !== paths.length) {
    refuse(
      `Expected the lengths of \`labels\` to match the number of files in the target directory. len(labels) is ${labels.length} while we found ${paths.length} files in directory ${directory}.`,
    );
  }
  const classNames = isUnlabelled ? undefined : given === 'inferred' ? folders : [...new Set(labels)].sort((a, b) => a - b).map(String);
  if (verbose) console.log(`Found ${paths.length} files${classNames ? ` belonging to ${classNames.length} classes` : ''}.`);
  const order = shuffle ? permutation(paths.length, options.seed ?? makeDefaultSeed()) : paths.map((_, index) => index);
  return {
    paths: order.map((index) => paths[index] as string),
    labels: isUnlabelled ? undefined : order.map((index) => labels[index] as number),
    classNames,
  };
}

async function classFolders(directory: string, names: readonly string[] | null | undefined): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const isFolder = await Promise.all(
    entries.map(
      async (entry) => entry.isDirectory() || (entry.isSymbolicLink() && (await stat(join(directory, entry.name))).isDirectory()),
    ),
  );
  const folders = entries.filter((entry, index) => isFolder[index] && !entry.name.startsWith('.')).map(({ name }) => name);
  folders.sort(byCodePoints);
  if (!names) return folders;
  if (names.every((name) => folders.includes(name))) return names;
  return refuse(
    `The \`class_names\` passed did not match the names of the subdirectories of the target directory. Expected: ${quote(folders)} (or a subset of it), but received: class_names=${quote(names)}`,
  );
}

/** Folder by folder, each sorted by name. */
async function filesBelow(folder: string, endings: readonly string[], followLinks: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => byCodePoints(a.name, b.name));
  const own: string[] = [];
  const below: Promise<string[]>[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const isLinkedFolder = followLinks && entry.isSymbolicLink() && (await stat(path)).isDirectory();
    if (entry.isDirectory() || isLinkedFolder) below.push(filesBelow(path, endings, followLinks));
    else if (endings.some((ending) => entry.name.toLowerCase().endsWith(ending))) own.push(path);
  }
  return [...own, ...(await Promise.all(below)).flat()];
}

const byCodePoints = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The numbers below `count` in a random order (Fisher and Yates). */
function permutation(count: number, seed: number): number[] {
  const random = hostRandom(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen] as number, order[last] as number];
  }
  return order;
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'directory' });
}
