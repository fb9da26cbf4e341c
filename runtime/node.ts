// The same runtime in Node: bundles may also be folders on disk.
import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { fail, quote } from './fail.ts';
import { fetchFile, type ReadFile } from './files.ts';
import { type BundleSource, type LoadOptions, load as loadBundle } from './load.ts';
import type { Model } from './model.ts';

export type { BundleSource, LoadOptions } from './load.ts';
export type { DType, Manifest, Region, Tensor, TensorInfo, Variant, Verification } from './manifest.ts';
export type { Model, PredictOptions, Tensors } from './model.ts';

/** Reads files from disk, everything else over the network. */
export const readFileOrFetch: ReadFile = async (url, onBytes, limit) => {
  if (url.protocol !== 'file:') return fetchFile(url, onBytes, limit);
  try {
    const { size } = await stat(url);
    if (size > limit)
      fail(`${quote(url.pathname)} has ${size} bytes, expected ${limit}. It belongs to another build: copy the whole bundle again.`);
    const bytes = await readFile(url);
    onBytes(bytes.length);
    return bytes;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (!code) throw cause;
    return fail(
      code === 'ENOENT'
        ? `there is no file ${quote(url.pathname)}. Is that the folder that kerasc wrote?`
        : `could not read ${quote(url.pathname)} (${code}).`,
      cause,
    );
  }
};

/** Loads a bundle from a folder's path, a URL, or files in memory. */
export function load(source: BundleSource, options: LoadOptions = {}): Promise<Model> {
  const isPath = typeof source === 'string' && !/^[a-z][a-z0-9+.-]+:/i.test(source);
  return loadBundle(isPath ? pathToFileURL(source) : source, { read: readFileOrFetch, ...options });
}
