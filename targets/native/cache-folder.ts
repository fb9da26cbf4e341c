// Where built libraries and the addon are kept: a folder of the user's, or a temporary one where that cannot be written.
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeError } from './native-error.ts';

let temporaryFolder: string | undefined;

/**
 * KERASC_CACHE, else `kerasc` in XDG_CACHE_HOME or ~/.cache. A folder named by KERASC_CACHE must be writable; for the others a
 * temporary folder stands in, with one warning.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const wished = environment['KERASC_CACHE'];
  if (wished) {
    const reason = tryPrepare(wished);
    if (reason === null) return wished;
    throw new NativeError(
      'cache-folder',
      `KERASC_CACHE names ${JSON.stringify(wished)}, which cannot be written: ${reason}.`,
      'Name a folder that can be written, or unset KERASC_CACHE.',
    );
  }
  const usual = plannedCacheFolder(environment);
  const reason = tryPrepare(usual);
  if (reason === null) return usual;
  return temporaryCache(usual, reason);
}

/** Where the cache is to be, whether or not it can be written: what lies there can be read all the same. */
export function plannedCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const wished = environment['KERASC_CACHE'];
  return wished || join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'), 'kerasc');
}

/** As `cacheFolder`, but a temporary folder also stands in for one that KERASC_CACHE names. */
export function buildFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const planned = plannedCacheFolder(environment);
  const reason = tryPrepare(planned);
  return reason === null ? planned : temporaryCache(planned, reason);
}

function tryPrepare(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A new folder each time a process starts: libraries found in a folder that others can foresee would not be safe to load. */
function temporaryCache(usual: string, reason: string): string {
  if (!temporaryFolder) {
    const folder = mkdtempSync(join(tmpdir(), 'kerasc-'));
    temporaryFolder = folder;
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    process.emitWarning(
      `${usual} cannot be written (${reason}). Native code is built into ${temporaryFolder} and built again next time. Set KERASC_CACHE to a folder that can be written.`,
    );
  }
  return temporaryFolder;
}

/** Fills a new folder and gives it its name when it is complete, so that other processes never see a part of it. */
export async function buildInto(parent: string, name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const unfinished = await mkdtemp(join(parent, '.unfinished-'));
  const finished = join(parent, name);
  try {
    await fill(unfinished);
    await rename(unfinished, finished).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster; the contents are the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return finished;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
