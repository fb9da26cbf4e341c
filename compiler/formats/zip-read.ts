// Reads a zip archive into its entries: directory checked, sizes bounded, checksums compared.
import { inflateSync } from 'fflate';
import { quote } from '../errors/index.ts';
import { crc32 } from './crc32.ts';
import { LIMITS, UnpackBudget } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** No deflate stream expands further. */
const MOST_EXPANSION = 1032;

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** The files of an archive by name; folders are left out. */
export function readZip(bytes: Uint8Array, place: Place): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const budget = new UnpackBudget(bytes.length);
  for (const entry of readDirectory(bytes, place)) {
    const where = inside(place, entry.name);
    checkName(entry.name, where);
    if (files.has(entry.name)) throw formatError('hostile-name', where, 'The archive has two files of this name.');
    budget.take(where, entry.bytes);
    if (!entry.name.endsWith('/')) files.set(entry.name, unpack(bytes, entry, where));
  }
  return files;
}

function checkName(name: string, place: Place): void {
  const parts = name.split('/');
  const isOutside = parts[0] === '' || /[\\\0:]/.test(name) || parts.some((part) => part === '..' || part === '.');
  if (isOutside) throw formatError('hostile-name', place, `The archive has a file named ${quote(name)}.`);
}

function readDirectory(bytes: Uint8Array, place: Place): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, place);
  const count = view.getUint16(end + 10, true);
  const offset = view.getUint32(end + 16, true);
  if (count === 0xffff || offset === 0xffffffff) {
    throw formatError('file-too-large', place, 'The archive is of the zip64 kind, for files beyond 4 GiB.');
  }
  if (count > LIMITS.zipEntries)
    throw formatError('file-bomb', place, `The archive has ${count} entries; at most ${LIMITS.zipEntries} are read.`);
  const entries: ZipEntry[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY_HEADER) {
      throw formatError('file-corrupt', place, `Entry ${i + 1} of ${count} of the archive's directory is damaged.`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    entries.push(readEntry(view, at, bytes.subarray(at + 46, at + 46 + nameBytes)));
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function readEntry(view: DataView, at: number, name: Uint8Array): ZipEntry {
  return {
    name: new TextDecoder().decode(name),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
    headerOffset: view.getUint32(at + 42, true),
  };
}

/** The directory's end stands at the end of the file, before a comment of at most 64 KiB. */
function findEnd(view: DataView, place: Place): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  throw formatError('file-truncated', place, 'The archive has no directory at its end.');
}

function unpack(bytes: Uint8Array, entry: ZipEntry, place: Place): Uint8Array {
  if (entry.flags & ENCRYPTED)
    throw formatError('not-supported', place, 'This file of the archive is encrypted.', {
      cure: 'Unpack the archive and pack it without a password.',
    });
  const packed = packedData(bytes, entry, place);
  const data = entry.method === STORED ? packed : inflate(packed, entry, place);
  if (data.length !== entry.bytes) {
    throw formatError('file-corrupt', place, `The archive's directory says ${entry.bytes} bytes, the data have ${data.length}.`);
  }
  if (crc32(data) !== entry.crc) throw formatError('file-corrupt', place, 'The checksum of this file of the archive is wrong.');
  return data;
}

function packedData(bytes: Uint8Array, entry: ZipEntry, place: Place): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = entry.headerOffset;
  if (header + 30 > bytes.length || view.getUint32(header, true) !== LOCAL_HEADER) {
    throw formatError('file-corrupt', place, 'The header of this file of the archive is not where the directory says.');
  }
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + entry.packedBytes > bytes.length) {
    throw formatError('file-truncated', place, `The archive ends inside this file: ${entry.packedBytes} bytes are announced.`);
  }
  return bytes.subarray(start, start + entry.packedBytes);
}

function inflate(packed: Uint8Array, entry: ZipEntry, place: Place): Uint8Array {
  if (entry.method !== DEFLATED)
    throw formatError('not-supported', place, `This file of the archive is packed by method ${entry.method}.`, {
      cure: 'Pack it by deflate, or store it.',
    });
  if (entry.bytes > MOST_EXPANSION * packed.length + MOST_EXPANSION) {
    throw formatError('file-bomb', place, `${packed.length} packed bytes are said to unpack to ${entry.bytes}.`);
  }
  try {
    return inflateSync(packed, { out: new Uint8Array(entry.bytes) });
  } catch (cause) {
    throw formatError('file-corrupt', place, 'The packed data are damaged.', { cause });
  }
}
