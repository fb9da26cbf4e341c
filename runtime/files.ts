// Gets the files of a bundle, watching their length and their hash.
import { fail, quote } from './fail.ts';
import type { Manifest } from './manifest.ts';

/** Where a file is, or the file itself. */
export type FileSource = string | URL | Uint8Array;

/** Reads what a URL names; `onBytes` hears how many bytes more have come. */
export type ReadFile = (url: URL, onBytes: (bytes: number) => void, limit: number) => Promise<Uint8Array>;

/** Reads over the network, at most `limit` bytes. */
export async function fetchFile(url: URL, onBytes: (bytes: number) => void, limit: number): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    return fail(
      `could not load ${quote(url.href)}: the server was not reached, or it does not allow this page to read from it (CORS).`,
      cause,
    );
  }
  if (!response.ok || !response.body)
    fail(`could not load ${quote(url.href)}: the server answered ${response.status}. Is the whole bundle on the server?`);
  // Files are large: the bytes are put where they stay, in memory that grows only if the announced length was too small.
  let bytes = new Uint8Array(Math.min(limit, Number(response.headers.get('content-length')) || 65_536));
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, length);
    const end = length + value.length;
    if (end > limit) {
      await reader.cancel();
      fail(`${quote(url.href)} is longer than the ${limit} bytes it should have.`);
    }
    if (end > bytes.length) bytes = enlarge(bytes, Math.min(limit, Math.max(end, bytes.length * 2)));
    bytes.set(value, length);
    length = end;
    onBytes(value.length);
  }
}

function enlarge(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

/** Throws unless the file is the one that the manifest describes. False if only its length could be checked. */
export async function checkFile(name: string, file: Uint8Array, manifest: Manifest): Promise<boolean> {
  const expected = manifest.files[name] as { bytes: number; sha256: string };
  if (file.length !== expected.bytes)
    fail(
      `${name} has ${file.length} bytes, expected ${expected.bytes}. It is cut off, or belongs to another build: copy the whole bundle again.`,
    );
  // Browsers offer hashes only to pages that came over https or from localhost.
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return false;
  const digest = new Uint8Array(await subtle.digest('SHA-256', file as BufferSource));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (sha256 !== expected.sha256)
    fail(
      `${name} is not the file that was built (its SHA-256 differs). Copy the whole bundle again, and check for a proxy that changes files.`,
    );
  return true;
}
