// A bounded cache of small folders of files, by content key: safe under processes that write at once, usable where it cannot be written.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, plannedCacheFolder } from './cache-folder.ts';

export type CachedFiles = ReadonlyMap<string, Uint8Array>;

const SUMS = 'sums.json';
/** KERASC_CACHE_BYTES, or 1 GiB. */
const DEFAULT_LIMIT = 2 ** 30;
/** Larger things are made again each time. */
const LARGEST_SHARE = 1 / 4;
/** What was used so lately is not thrown out: another process may be about to open it. */
const SAFE_MILLISECONDS = 10 * 60_000;

/** Looking through the cache takes longer than storing something. */
const STORES_BETWEEN_LOOKS = 32;
let stored = 0;

/** The files stored under a name; undefined where there are none, or they are damaged. */
export function readCached(kind: string, name: string): CachedFiles | undefined {
  const folder = join(plannedCacheFolder(), kind, name);
  try {
    const sums = JSON.parse(readFileSync(join(folder, SUMS), 'utf8')) as Record<string, string>;
    const files = new Map(Object.keys(sums).map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]));
    for (const [file, bytes] of files) if (sums[file] !== sumOf(bytes)) return undefined;
    touch(folder);
    return files;
  } catch {
    return undefined;
  }
}

/** Stores files under a name for later processes. Where that cannot be done, nothing happens. */
export function storeCached(kind: string, name: string, files: CachedFiles): void {
  const limit = limitOf(process.env);
  const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
  if (bytes > limit * LARGEST_SHARE) return;
  try {
    const root = cacheFolder();
    const parent = join(root, kind);
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    const unfinished = mkdtempSync(join(parent, '.unfinished-'));
    try {
      for (const [file, content] of files) writeFileSync(join(unfinished, file), content);
      writeFileSync(
        join(unfinished, SUMS),
        JSON.stringify(Object.fromEntries([...files].map(([file, content]) => [file, sumOf(content)]))),
      );
      // Fails where another process was faster; the contents are the same.
      renameSync(unfinished, join(parent, name));
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    if (stored++ % STORES_BETWEEN_LOOKS === 0) prune(root, limit);
  } catch {
    // A cache that cannot be written costs time, not results.
  }
}

/** Marks a folder of the cache as used. */
export function touch(folder: string): void {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // Read-only: then nothing is thrown out either.
  }
}

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function limitOf(environment: NodeJS.ProcessEnv): number {
  const wished = Number(environment['KERASC_CACHE_BYTES']);
  return Number.isFinite(wished) && wished > 0 ? wished : DEFAULT_LIMIT;
}

/** Removes what was not used for longest, until the rest fits. */
function prune(root: string, limit: number): void {
  const entries = ['steps', 'libraries'].flatMap((kind) => listFolders(join(root, kind))).sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { path, bytes, used } of entries) {
    total += bytes;
    if (total > limit && Date.now() - used > SAFE_MILLISECONDS) rmSync(path, { recursive: true, force: true });
  }
}

function listFolders(parent: string): { readonly path: string; readonly bytes: number; readonly used: number }[] {
  try {
    return readdirSync(parent).map((name) => {
      const path = join(parent, name);
      const bytes = readdirSync(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0);
      return { path, bytes, used: statSync(path).mtimeMs };
    });
  } catch {
    // Somebody else is clearing up.
    return [];
  }
}
