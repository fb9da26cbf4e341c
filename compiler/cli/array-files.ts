// Files of arrays: safetensors and NumPy's are read, safetensors are written.
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError, quote, ValueError } from '../errors/index.ts';
import { readNpy, readNpz, readSafetensors, writeSafetensors } from '../formats/index.ts';
import type { NDArray } from '../ir/ndarray.ts';

/** The arrays of a file by name; what kind of file it is follows from its first bytes. */
export async function readArrays(path: string): Promise<ReadonlyMap<string, NDArray>> {
  const bytes = await readBytes(path);
  const name = basename(path);
  const start = String.fromCharCode(...bytes.subarray(0, 6));
  if (start === '\x93NUMPY') return new Map([['input', readNpy(bytes, name)]]);
  if (start.startsWith('PK')) return readNpz(bytes, name);
  return readSafetensors(bytes, name);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError(`The file of inputs ${quote(path)} ${reasonOf(cause as NodeJS.ErrnoException)}.`, {
      code: 'inputs-unreadable',
      cure: 'Give a .safetensors, .npz or .npy file with one array per input of the model.',
      cause,
    });
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  return code === 'EACCES' ? 'may not be read by this user' : `cannot be read: ${message}`;
}

/** All of the file appears, or nothing of it. */
export async function writeArrays(path: string, arrays: ReadonlyMap<string, NDArray>): Promise<void> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.unfinished`;
  try {
    await writeFile(unfinished, writeSafetensors(arrays));
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {});
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new ValueError(`Cannot write ${quote(path)}: ${cause.message}.`, {
      code: 'outputs-unwritable',
      cure: 'Name another file.',
      cause,
    });
  }
}
