// Files from the network, kept in a folder and checked by their hash.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { FormatError, quote, ValueError } from '../../errors/index.ts';

export interface GetFileOptions {
  /** Where the file is: http(s):// or file://. */
  readonly origin: string;
  /** The name to keep it under. Default: that of the origin. */
  readonly fname?: string | null;
  /** The file is fetched again where its hash is another one. SHA-256 (64 digits) or MD5 (32). */
  readonly fileHash?: string | null;
  /** The folder in the cache. Default `datasets`. */
  readonly cacheSubdir?: string;
  /** Default: the variable KERAS_HOME, or `.keras` in the home folder. */
  readonly cacheDir?: string | null;
  /** Fetches a file that is there. Default false. */
  readonly forceDownload?: boolean;
  /** Unpacks a ZIP archive; the result is the folder. Default false. */
  readonly extract?: boolean;
}

/**
 * The path of a file that is fetched once.
 *
 * @example const path = await utils.getFile({ origin: 'https://example.org/flowers.zip', fileHash: 'ab12...', extract: true });
 */
export async function getFile(options: GetFileOptions): Promise<string> {
  const { origin, fileHash = null, cacheSubdir = 'datasets', forceDownload = false, extract = false } = options;
  if (!origin) refuse('Please specify the "origin" argument (URL of the file to download).');
  const folder = join(options.cacheDir ?? process.env['KERAS_HOME'] ?? join(homedir(), '.keras'), cacheSubdir);
  const name = options.fname ?? basename(new URL(origin).pathname);
  if (!name) refuse(`Can't parse the file name from the origin provided: '${origin}'. Please specify the \`fname\` argument.`);
  if (name !== basename(name)) {
    refuse(
      `Paths are no longer accepted as the \`fname\` argument. To specify the file's parent directory, use the \`cache_dir\` argument. Received: fname=${name}`,
    );
  }
  await mkdir(folder, { recursive: true });
  const target = join(folder, extract && !options.fname ? `${name}_archive` : name);
  const isKept = !forceDownload && existsSync(target) && (fileHash === null || (await hashOf(target, fileHash)) === fileHash);
  if (!isKept) await fetchFile(origin, target, fileHash);
  return extract ? unpack(target, join(folder, options.fname ? `${name.split('.')[0]}_extracted` : name)) : target;
}

/** The hash with the algorithm that the expected one has. */
async function hashOf(path: string, expected: string): Promise<string> {
  const hash = createHash(expected.length === 64 ? 'sha256' : 'md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Only a whole and checked file gets its name. */
async function fetchFile(origin: string, target: string, fileHash: string | null): Promise<void> {
  const partial = `${target}.part`;
  try {
    await download(origin, partial);
    const found = fileHash === null ? null : await hashOf(partial, fileHash);
    if (found !== fileHash) {
      throw new FormatError(`Incomplete or corrupted file detected: the hash of ${quote(origin)} is ${found}, expected ${fileHash}.`, FILE);
    }
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

async function download(origin: string, path: string): Promise<void> {
  const url = new URL(origin);
  if (url.protocol === 'file:') return copyFile(fileURLToPath(url), path);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    refuse(`Files are fetched from http, https and file. Received: origin=${quote(origin)}`);
  const response = await fetch(url).catch((cause: unknown) => refuse(`URL fetch failure on ${origin}: ${String(cause)}`));
  if (!response.ok || !response.body) refuse(`URL fetch failure on ${origin}: ${response.status} -- ${response.statusText}`);
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(path));
}

/** Unpacks a ZIP archive into a folder; names that lead out of it are refused. */
async function unpack(archive: string, folder: string): Promise<string> {
  const bytes = await readFile(archive);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new ValueError(`Only ZIP archives are unpacked. Received: ${quote(archive)}`, {
      ...FILE,
      cure: 'Leave `extract` out and unpack it with tar.',
    });
  }
  const root = resolve(folder);
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    const path = resolve(root, name);
    if (!path.startsWith(root + sep)) throw new FormatError(`The archive has a file outside of its folder: ${quote(name)}`, FILE);
    if (name.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return folder;
}

const FILE = { code: 'get-file' };

function refuse(message: string): never {
  throw new ValueError(message, FILE);
}
