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

/** Returns the names of the files written into `folder`, which is created. */
export async function writeCBundle(folder: string, bundle: CBundle): Promise<string[]> {
  const { prefix, sources } = bundle;
  const files: { readonly name: string; readonly text: string | Uint8Array }[] = [
    bundle.header,
    ...sources,
    ...(await readRuntimeFiles()),
    { name: 'main.cpp', text: exampleProgram(prefix) },
    { name: 'CMakeLists.txt', text: cmakeLists(prefix, sources, RUNTIME_SOURCES) },
    { name: 'weights.safetensors', text: bundle.weights },
  ];
  await mkdir(folder, { recursive: true });
  await Promise.all(files.map(({ name, text }) => writeFile(join(folder, name), text)));
  return files.map(({ name }) => name);
}
