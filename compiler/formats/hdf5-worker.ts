// The thread that works on HDF5 files; see hdf5.ts.
import { parentPort } from 'node:worker_threads';
import { FormatError } from '../errors/index.ts';
import { hdf5Library } from './hdf5-library.ts';
import { readHdf5Tree } from './hdf5-read.ts';
import { arrayBuffers, type Hdf5Group } from './hdf5-tree.ts';
import { writeHdf5Tree } from './hdf5-write.ts';
import type { Place } from './place.ts';

export type Hdf5Request =
  | { readonly operation: 'read'; readonly bytes: Uint8Array; readonly place: Place }
  | { readonly operation: 'write'; readonly root: Hdf5Group; readonly place: Place };

export type Hdf5Reply = { readonly root: Hdf5Group } | { readonly bytes: Uint8Array } | { readonly problem: Problem };

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly cause: string | undefined;
  /** Whether this thread can take the next file. */
  readonly isSound: boolean;
}

parentPort?.on('message', async (request: Hdf5Request) => {
  const library = await hdf5Library();
  try {
    if (request.operation === 'read') {
      const root = readHdf5Tree(library, request.bytes, request.place);
      reply({ root }, arrayBuffers(root));
    } else {
      const bytes = writeHdf5Tree(library, request.root, request.place);
      reply({ bytes }, [bytes.buffer as ArrayBuffer]);
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : undefined;
    reply({ problem: { code: error.code, message: error.message, cause, isSound: library.isUsable() } }, []);
  }
});

function reply(message: Hdf5Reply, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}
