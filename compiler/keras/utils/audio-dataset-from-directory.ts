// Data sets of sounds in folders.
import { readFile } from 'node:fs/promises';
import type { Dataset } from '../../data/index.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { datasetFromDirectory, type SubsetResult } from './directory-dataset.ts';
import type { DirectoryOptions } from './directory-index.ts';
import { decodeWav } from './wav.ts';

export interface AudioDatasetOptions extends DirectoryOptions {
  /** Samples of each sound: longer ones are cut, shorter ones filled up with silence. Default: as long as the longest of a batch. */
  readonly outputSequenceLength?: number | null;
}

/**
 * Sounds (`.wav`, 16 bits) in folders that are named after their classes: batches `[sounds, labels]`, sounds float32 from -1 to 1 of shape
 * (batch, samples, channels).
 */
export async function audioDatasetFromDirectory<const O extends AudioDatasetOptions>(
  directory: string,
  options?: O,
): Promise<SubsetResult<O>> {
  const given = options ?? ({} as O);
  const { outputSequenceLength: length = null } = given;
  const read = async (path: string): Promise<Tensor> => toLength(decodeWav(await readFile(path), path), length);
  const batch = (dataset: Dataset<unknown>, size: number): Dataset<unknown> => dataset.paddedBatch(size);
  return datasetFromDirectory(directory, { name: 'audio', endings: ['.wav'], read, batch }, given);
}

function toLength({ channels, samples }: ReturnType<typeof decodeWav>, length: number | null): Tensor {
  const count = length ?? samples.length / channels;
  const data = new Float32Array(count * channels);
  data.set(samples.subarray(0, data.length));
  return tensorOf('float32', [count, channels], data);
}
