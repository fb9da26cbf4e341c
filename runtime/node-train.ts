// The same in Node: the bundle may also be a folder on disk.
import { pathToFileURL } from 'node:url';
import { readFileOrFetch } from './node.ts';
import { type BundleSource, type LoadOptions, load as loadTrainable, type TrainableModel } from './train.ts';

/** Loads a bundle from a folder's path, a URL, or files in memory. */
export function load(source: BundleSource, options: LoadOptions = {}): Promise<TrainableModel> {
  const isPath = typeof source === 'string' && !/^[a-z][a-z0-9+.-]+:/i.test(source);
  return loadTrainable(isPath ? pathToFileURL(source) : source, { read: readFileOrFetch, ...options });
}
