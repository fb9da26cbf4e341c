// The HDF5 library (WebAssembly), loaded when first needed and silent.
import type { H5Module } from './hdf5-module.ts';

export interface Hdf5Library {
  readonly module: H5Module;
  /** Where the one file that is worked on stands in the library's in-memory file system. */
  readonly path: string;
  /** What the library has written to stderr since the last call. */
  takeMessages(): string;
}

const MESSAGES = '/messages';

let library: Promise<Hdf5Library> | undefined;

/** The package's Node build is not used: it sees the real file system, which links inside a file could then reach. */
export function hdf5Library(): Promise<Hdf5Library> {
  library ??= loadLibrary();
  return library;
}

async function loadLibrary(): Promise<Hdf5Library> {
  const { ready } = await import('h5wasm');
  const module = (await ready) as unknown as H5Module;
  const { FS } = module;
  // The library reports errors on stderr; from here on that is a file of its own.
  FS.close(FS.getStream(2));
  FS.open(MESSAGES, 'w');
  return {
    module,
    path: '/file.h5',
    takeMessages() {
      const text = FS.readFile(MESSAGES, { encoding: 'utf8' });
      FS.truncate(MESSAGES, 0);
      FS.llseek(FS.getStream(2), 0, 0);
      return text;
    },
  };
}
