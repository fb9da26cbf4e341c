// Data sets of texts in folders.
import { readFile } from 'node:fs/promises';
import { datasetFromDirectory, type SubsetResult } from './directory-dataset.ts';
import type { DirectoryOptions } from './directory-index.ts';

export interface TextDatasetOptions extends DirectoryOptions {
  /** Bytes that are kept of each text. Default: all. */
  readonly maxLength?: number | null;
}

/**
 * Texts (`.txt`, UTF-8) in folders that are named after their classes: batches `[texts, labels]`, texts as strings of shape (batch,).
 *
 * @example const train = await utils.textDatasetFromDirectory('reviews', { labelMode: 'binary' });
 */
export async function textDatasetFromDirectory<const O extends TextDatasetOptions>(
  directory: string,
  options?: O,
): Promise<SubsetResult<O>> {
  const given = options ?? ({} as O);
  const { maxLength = null } = given;
  const read = async (path: string): Promise<string> => {
    const bytes = await readFile(path);
    return (maxLength === null ? bytes : bytes.subarray(0, maxLength)).toString('utf8');
  };
  return datasetFromDirectory(directory, { name: 'text', endings: ['.txt'], read }, given);
}
