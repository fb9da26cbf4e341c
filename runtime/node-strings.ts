// The same in Node: the bundle may also be a folder on disk.
import { pathToFileURL } from 'node:url';
import { readFileOrFetch } from './node.ts';
import { type BundleSource, type LoadOptions, load as loadStrings, type StringModel } from './strings.ts';

/** Loads a bundle from a folder's path, a URL, or files in memory. */
export function load(source: BundleSource, options: LoadOptions = {}): Promise<StringModel> {
  const isPath = typeof source === 'string' && !/^[a-z][a-z0-9+.-]+:/i.test(source);
  return loadStrings(isPath ? pathToFileURL(source) : source, { read: readFileOrFetch, ...options });
}
