// Finds out before the work begins whether its result can be written.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { quote, ValueError } from '../errors/index.ts';

/** Throws where the folder, or the one that it will be created in, is no folder or cannot be written. */
export async function checkOutDir(outDir: string): Promise<void> {
  if (outDir === '') throw new ValueError('The name of the output folder is empty.', { code: 'out-dir', cure: 'Name a folder: -o dist.' });
  const target = resolve(outDir);
  for (let folder = target; ; folder = dirname(folder)) {
    const info = await stat(folder).catch((error: NodeJS.ErrnoException) => explain(folder, error));
    if (!info) continue;
    if (!info.isDirectory())
      throw new ValueError(`Cannot write to ${quote(target)}: ${quote(folder)} is a file.`, {
        code: 'out-dir',
        cure: 'Name another folder.',
      });
    // The bundle takes the folder's place, so that the one above must be writable.
    const parent = folder === target ? dirname(folder) : folder;
    return access(parent, constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => failWriting(parent, error));
  }
}

/** A folder that does not exist yet is looked for above; everything else is an error. */
function explain(folder: string, error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' && folder !== dirname(folder)) return undefined;
  if (error.code === 'ENOTDIR') return undefined;
  return failWriting(folder, error);
}

function failWriting(folder: string, cause: NodeJS.ErrnoException): never {
  throw new ValueError(`Cannot write to ${quote(folder)}: ${cause.code === 'EACCES' ? 'no permission' : cause.message}.`, {
    code: 'out-dir',
    cure: 'Name another folder, or change its permissions.',
    cause,
  });
}
