// Utilities for arrays: one-hot rows, padding, splits, windows, files.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { data, ops, type Tensor, utils } from '../../../compiler/index.ts';

const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as ArrayLike<number>, Number);

describe('toCategorical', () => {
  it('drops a last axis of size 1 and finds out the number of classes', () => {
    const rows = utils.toCategorical([[0], [2]]);
    expect([rows.shape, numbers(rows)]).toEqual([[2, 3], [1, 0, 0, 0, 0, 1]]); // biome-ignore format: one line
  });

  it('counts negative labels from the end, as far as there are classes', () => {
    expect(numbers(utils.toCategorical([-1], { numClasses: 3 }))).toEqual([0, 0, 1]);
    expect(() => utils.toCategorical([3], { numClasses: 3 })).toThrow(/index 3 is out of bounds for axis 1 with size 3/);
    expect(() => utils.toCategorical([])).toThrow(/give `numClasses`/);
  });
});

describe('padSequences', () => {
  it('fills up and cuts at the ends asked for', () => {
    const rows = [[1, 2, 3], [4]];
    expect(numbers(utils.padSequences(rows, { maxlen: 2 }))).toEqual([2, 3, 0, 4]);
    expect(numbers(utils.padSequences(rows, { maxlen: 2, truncating: 'post', padding: 'post', value: 9 }))).toEqual([1, 2, 4, 9]);
  });

  it('takes empty sequences and rows of vectors', () => {
    expect(utils.padSequences([[], [[1, 2]]], { dtype: 'float32' }).shape).toEqual([2, 1, 2]);
    expect(() => utils.padSequences([[[1, 2]], [[1]]])).toThrow(/Shape of sample \(1,\) of sequence at position 1/);
  });
});

describe('splitDataset', () => {
  it('gives the first and the last elements, by share or by number', async () => {
    const [left, right] = await utils.splitDataset(ops.arange(10), { leftSize: 0.7 });
    expect([left.cardinality, right.cardinality]).toEqual([7, 3]);
    const [first, last] = await utils.splitDataset(data.Dataset.range(10), { leftSize: 2, rightSize: 3 });
    expect([await first.toArray(), await last.toArray()]).toEqual([[0, 1], [7, 8, 9]]); // biome-ignore format: one line
  });

  it('loses nothing when it shuffles', async () => {
    const [left, right] = await utils.splitDataset(data.Dataset.range(10), { rightSize: 0.5, shuffle: true, seed: 2 });
    const all = [...(await left.toArray()), ...(await right.toArray())];
    expect(all).not.toEqual([...all].sort((a, b) => a - b));
    expect(new Set(all).size).toBe(10);
  });

  it('refuses sizes that leave nothing, or more than there is', async () => {
    const split = (options: utils.SplitDatasetOptions): Promise<unknown> => utils.splitDataset(data.Dataset.range(4), options);
    await expect(split({})).rejects.toThrow(/At least one of/);
    await expect(split({ leftSize: 0.9, rightSize: 0.9 })).rejects.toThrow(/greater than 1/);
    await expect(split({ leftSize: 3, rightSize: 3 })).rejects.toThrow(/smaller than the length of the dataset 4/);
    await expect(split({ leftSize: 0.1 })).rejects.toThrow(/will be empty/);
    await expect(split({ leftSize: 4 })).rejects.toThrow(/smaller than 4/);
  });
});

describe('timeseriesDatasetFromArray', () => {
  const series = ops.arange(10);
  const windows = async (dataset: data.Dataset<Tensor>): Promise<number[][]> => (await dataset.toArray()).map(numbers);

  it('gives windows by stride and rate', async () => {
    const dataset = utils.timeseriesDatasetFromArray(series, null, 3, { sequenceStride: 2, samplingRate: 2, batchSize: null });
    expect(await windows(dataset)).toEqual([[0, 2, 4], [2, 4, 6], [4, 6, 8]]); // biome-ignore format: one line
  });

  it('stays between its first and last row', async () => {
    const dataset = utils.timeseriesDatasetFromArray(series, null, 2, { startIndex: 3, endIndex: 6, batchSize: null });
    expect(await windows(dataset)).toEqual([[3, 4], [4, 5]]); // biome-ignore format: one line
  });

  it('pairs windows with targets, as many as there are', async () => {
    const dataset = utils.timeseriesDatasetFromArray(series, ops.getItem(series, { start: 3 }), 3, { batchSize: 4 });
    const [[x, y], ...rest] = (await dataset.toArray()) as [[Tensor, Tensor], ...[Tensor, Tensor][]];
    expect([x.shape, numbers(y), rest.length]).toEqual([[4, 3], [3, 4, 5, 6], 1]); // biome-ignore format: one line
  });

  it('refuses what lies outside of the data', () => {
    expect(() => utils.timeseriesDatasetFromArray(series, null, 2, { samplingRate: 10 })).toThrow(/`sampling_rate` must be lower/);
    expect(() => utils.timeseriesDatasetFromArray(series, null, 2, { startIndex: 5, endIndex: 4 })).toThrow(
      /must be higher than `start_index`/,
    );
  });
});

describe('getFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kerasc-files-'));
  const source = join(folder, 'source.bin');
  const origin = pathToFileURL(source).href;
  // Of the text "data".
  const fileHash = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';

  it('keeps what it fetched, and fetches again what has another hash', async () => {
    writeFileSync(source, 'data');
    const cacheDir = join(folder, 'cache');
    const path = await utils.getFile({ origin, cacheDir, fileHash });
    expect(path).toBe(join(cacheDir, 'datasets', 'source.bin'));
    writeFileSync(path, 'changed');
    expect(await readFile(await utils.getFile({ origin, cacheDir }), 'utf8')).toBe('changed');
    expect(await readFile(await utils.getFile({ origin, cacheDir, fileHash }), 'utf8')).toBe('data');
  });

  it('leaves nothing behind of a file with a wrong hash', async () => {
    writeFileSync(source, 'other');
    const cacheDir = join(folder, 'empty');
    await expect(utils.getFile({ origin, cacheDir, fileHash })).rejects.toThrow(/corrupted file detected/);
    await expect(readFile(join(cacheDir, 'datasets', 'source.bin'))).rejects.toThrow(/ENOENT/);
  });

  it('unpacks archives, but not out of their folder', async () => {
    const archive = (files: Record<string, Uint8Array>): string => {
      writeFileSync(source, zipSync(files));
      return origin;
    };
    const options = { cacheDir: join(folder, 'unpacked'), extract: true, forceDownload: true };
    const path = await utils.getFile({ origin: archive({ 'a/b.txt': new TextEncoder().encode('deep') }), ...options });
    expect(await readFile(join(path, 'a', 'b.txt'), 'utf8')).toBe('deep');
    await expect(utils.getFile({ origin: archive({ '../out.txt': new Uint8Array(1) }), ...options })).rejects.toThrow(
      /outside of its folder/,
    );
  });

  it('refuses paths as names, and other protocols', async () => {
    await expect(utils.getFile({ origin, fname: 'a/b' })).rejects.toThrow(/no longer accepted/);
    await expect(utils.getFile({ origin: 'ftp://example.org/x', cacheDir: folder })).rejects.toThrow(/http, https and file/);
  });
});
