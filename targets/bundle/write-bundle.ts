// Writes a bundle so that its directory holds either all of the old one or all of the new one.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BundleError } from './bundle-error.ts';
import type { BundleFiles } from './manifest.ts';

export interface WriteBundleOptions {
  /** Replaces a directory that holds other files than those of a bundle. */
  readonly overwrite?: boolean;
}

/** Creates or replaces the directory. An older bundle there is replaced without asking, anything else is not. */
export async function writeBundle(directory: string, files: BundleFiles, options: WriteBundleOptions = {}): Promise<void> {
  const target = resolve(directory);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const exists = await checkDirectory(target, files, options);
    await mkdir(temporary, { recursive: true });
    for (const [name, content] of files) await writeFile(join(temporary, name), content);
    await (exists ? replaceDirectory(target, temporary) : rename(temporary, target));
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw explain(target, cause);
  }
}

/** The old directory steps aside, and comes back if the new one cannot take its place. */
async function replaceDirectory(target: string, temporary: string): Promise<void> {
  const aside = `${temporary}.old`;
  await rename(target, aside);
  try {
    await rename(temporary, target);
  } catch (cause) {
    await rename(aside, target);
    throw cause;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Whether the directory exists; throws if something in it would be lost. */
async function checkDirectory(target: string, files: BundleFiles, { overwrite }: WriteBundleOptions): Promise<boolean> {
  let entries: string[];
  try {
    entries = await readdir(target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
  if (overwrite || entries.length === 0) return true;
  const known = new Set([...files.keys(), ...(await filesOfBundle(target))]);
  const foreign = entries.filter((entry) => !known.has(entry));
  if (foreign.length > 0 || !entries.includes('manifest.json')) {
    const some = (foreign.length > 0 ? foreign : entries)
      .slice(0, 5)
      .map((entry) => JSON.stringify(entry))
      .join(', ');
    throw new BundleError(
      'directory-not-empty',
      `${target} holds files that are not those of a bundle: ${some}. Choose another directory, or allow it to be replaced (overwrite).`,
    );
  }
  return true;
}

/** What the bundle in this directory, if it is one, says it consists of. */
async function filesOfBundle(target: string): Promise<string[]> {
  try {
    const manifest = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8'));
    return manifest.format === 'kerasc-bundle' ? ['index.html', 'example.js', ...Object.keys(manifest.files)] : [];
  } catch {
    return [];
  }
}

function explain(target: string, cause: unknown): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new BundleError(
        'not-writable',
        `cannot write to ${target}: the folder is read-only for this user. Choose another directory.`,
        cause,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new BundleError(
        'not-a-directory',
        `cannot write to ${target}: a file of that name is in the way. Choose another directory.`,
        cause,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new BundleError('no-space', `cannot write to ${target}: the disk is full. Nothing was changed.`, cause);
    default:
      return cause;
  }
}
