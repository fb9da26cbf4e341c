// HDF5 files, read and written by a thread of their own: what a broken file does to the library, or how long, ends there.
import { Worker } from 'node:worker_threads';
import { FormatError } from '../errors/index.ts';
import { arrayBuffers, type Hdf5Group } from './hdf5-tree.ts';
import type { Hdf5Reply, Hdf5Request } from './hdf5-worker.ts';
import { formatError, type Place } from './place.ts';

/** The library runs in endless loops over some damaged files; an honest file of a megabyte takes milliseconds. */
const PATIENCE_MILLISECONDS = 10_000;
const MILLISECONDS_PER_MEBIBYTE = 200;

/** All of an HDF5 file, from its bytes. */
export async function readHdf5(bytes: Uint8Array, place: Place, patience: number = PATIENCE_MILLISECONDS): Promise<Hdf5Group> {
  // Not bytes.slice(): of a Node Buffer that is a view.
  const copy = new Uint8Array(bytes);
  const limit = patience + (bytes.length / 2 ** 20) * MILLISECONDS_PER_MEBIBYTE;
  const reply = await request({ operation: 'read', bytes: copy, place }, [copy.buffer], limit, place);
  if ('root' in reply) return reply.root;
  throw formatError('file-corrupt', place, 'The HDF5 library gave no answer.');
}

/** The bytes of an HDF5 file with these groups. */
export async function writeHdf5(root: Hdf5Group, place: Place): Promise<Uint8Array> {
  const bytes = arrayBuffers(root).reduce((sum, buffer) => sum + buffer.byteLength, 0);
  const limit = PATIENCE_MILLISECONDS + (bytes / 2 ** 20) * MILLISECONDS_PER_MEBIBYTE;
  const reply = await request({ operation: 'write', root, place }, [], limit, place);
  if ('bytes' in reply) return reply.bytes;
  throw formatError('file-corrupt', place, 'The HDF5 library gave no answer.');
}

let idle: Worker | undefined;

/** Hands a request to the idle thread, or to a new one; a thread whose library has failed is not used again. */
async function request(
  message: Hdf5Request,
  transfer: ArrayBuffer[],
  limit: number,
  place: Place,
): Promise<Exclude<Hdf5Reply, { problem: unknown }>> {
  const worker = idle ?? startWorker();
  idle = undefined;
  worker.ref();
  let isSound = false;
  try {
    const reply = await answer(worker, message, transfer, limit, place);
    isSound = !('problem' in reply) || reply.problem.isSound;
    if (!('problem' in reply)) return reply;
    throw new FormatError(reply.problem.message, reply.problem);
  } finally {
    if (isSound) keepIdle(worker);
    else void worker.terminate();
  }
}

function answer(worker: Worker, message: Hdf5Request, transfer: ArrayBuffer[], limit: number, place: Place): Promise<Hdf5Reply> {
  return new Promise<Hdf5Reply>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      worker.off('message', succeed).off('error', breakDown).off('exit', breakDown);
      act();
    };
    const succeed = (reply: Hdf5Reply): void => settle(() => resolve(reply));
    const breakDown = (cause: unknown): void =>
      settle(() => reject(formatError('file-corrupt', place, 'The HDF5 library broke down over this file.', { cause })));
    const giveUp = (): void =>
      settle(() => reject(formatError('file-corrupt', place, 'The HDF5 library does not come to an end with this file.')));
    const timer = setTimeout(giveUp, limit);
    worker.on('message', succeed).on('error', breakDown).on('exit', breakDown);
    worker.postMessage(message, transfer);
  });
}

function keepIdle(worker: Worker): void {
  if (idle) void worker.terminate();
  else {
    worker.unref();
    idle = worker;
  }
}

function startWorker(): Worker {
  const entry = import.meta.url.endsWith('.ts') ? './hdf5-worker-source.mjs' : './hdf5-worker.js';
  // What the library prints when it aborts is kept off the user's terminal; nobody reads these streams, since reading keeps a process alive.
  const worker = new Worker(new URL(entry, import.meta.url), { stdout: true, stderr: true, execArgv: [] });
  // An error that arrives after the request was given up has been reported already.
  worker.on('error', () => undefined);
  worker.on('exit', () => {
    if (idle === worker) idle = undefined;
  });
  return worker;
}
