// The HDF5 library (WebAssembly), loaded when first needed and silent.
import type { H5Module } from './hdf5-module.ts';

/** A thrown error leaves a few hundred bytes on the library's stack of 2 MiB. */
const MOST_FAILURES = 500;

export interface Hdf5Library {
  readonly module: H5Module;
  /** Where the one file that is worked on stands in the library's in-memory file system. */
  readonly path: string;
  /** What the library has written to stderr since the last call. */
  takeMessages(): string;
  /** Counts an error inside the library; a trap leaves it in an unknown state. */
  noteFailure(error: unknown): void;
  /** Whether the library may go on after the failures it had. */
  isUsable(): boolean;
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
  let failures = 0;
  return {
    module,
    noteFailure(error) {
      failures += error instanceof WebAssembly.RuntimeError || error instanceof RangeError ? MOST_FAILURES : 1;
    },
    isUsable: () => failures < MOST_FAILURES,
    path: '/file.h5',
    takeMessages() {
      const text = FS.readFile(MESSAGES, { encoding: 'utf8' });
      FS.truncate(MESSAGES, 0);
      FS.llseek(FS.getStream(2), 0, 0);
      return text;
    },
  };
}
