// Writes a model as C++ sources that build anywhere: header, variants, runtime, weights, CMakeLists.txt and an example.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeSources } from '../native/compile-library.ts';
import { RUNTIME_SOURCES, readRuntimeFiles } from '../native/package-files.ts';
import { type BundleSource, cmakeLists } from './cmake-lists.ts';
import { exampleProgram } from './example-program.ts';

export interface CBundle extends NativeSources {
  /** What the C++ emitter gives. */
  readonly sources: readonly (BundleSource & { readonly text: string })[];
  /** A safetensors file whose data are the packed weights. */
  readonly weights: Uint8Array;
}

/** All files of the bundle, by name. */
export async function cBundleFiles(bundle: CBundle): Promise<Map<string, string | Uint8Array>> {
  const { prefix, sources } = bundle;
  const texts = [bundle.header, ...sources, ...(await readRuntimeFiles())];
  return new Map<string, string | Uint8Array>([
    ...texts.map(({ name, text }) => [name, text] as const),
    ['main.cpp', exampleProgram(prefix)],
    ['CMakeLists.txt', cmakeLists(prefix, sources, RUNTIME_SOURCES)],
    ['weights.safetensors', bundle.weights],
  ]);
}

/** Returns the names of the files written into `folder`, which is created. */
export async function writeCBundle(folder: string, bundle: CBundle): Promise<string[]> {
  const files = await cBundleFiles(bundle);
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, content]) => writeFile(join(folder, name), content)));
  return [...files.keys()];
}
