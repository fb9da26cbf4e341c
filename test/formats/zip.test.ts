import { deflateSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { readZip } from '../../compiler/formats/zip-read.ts';

const text = (value: string) => new TextEncoder().encode(value);
const read = (bytes: Uint8Array) => readZip(bytes, ['model.keras']);
const archive = (name = 'a.txt') => zipSync({ [name]: text('hello hello hello') });

/** The archive with a 32-bit field of its only directory entry changed. */
function withDirectoryField(offset: number, value: number): Uint8Array {
  const bytes = archive();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  view.setUint32(directory + offset, value, true);
  return bytes;
}

/** An archive whose directory lists its only file, `f0`, as `f0`, `f1`, ... */
function withEntryRepeated(bytes: Uint8Array, times: number): Uint8Array {
  const end = bytes.length - 22;
  const directory = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end + 16, true);
  const entries = Array.from({ length: times }, (_, i) => {
    const entry = bytes.slice(directory, end);
    entry[46 + 1] = '0'.charCodeAt(0) + i;
    return entry;
  });
  const tail = bytes.slice(end);
  new DataView(tail.buffer).setUint16(10, times, true);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, directory), ...entries, tail]));
}

describe('readZip', () => {
  it('reads stored and deflated files', () => {
    for (const level of [0, 9] as const) {
      const files = read(zipSync({ 'a/b.txt': text('hello'), c: new Uint8Array(1000) }, { level }));
      expect([...files.keys()]).toEqual(['a/b.txt', 'c']);
      expect(new TextDecoder().decode(files.get('a/b.txt'))).toBe('hello');
      expect(files.get('c')).toEqual(new Uint8Array(1000));
    }
  });

  it.each(['../evil', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\b', './a'])('refuses the name %s', (name) => {
    expect(() => read(archive(name))).toThrow(/has a file named/);
  });

  it('refuses two files of one name', () => {
    const bytes = zipSync({ 'a.txt': text('one'), 'b.txt': text('two') });
    const twice = Uint8Array.from(bytes, (byte) => (byte === 'b'.charCodeAt(0) ? 'a'.charCodeAt(0) : byte));
    expect(() => read(twice)).toThrow(/two files of this name/);
  });

  it('refuses damaged data by their checksum', () => {
    const bytes = zipSync({ a: text('hello') }, { level: 0 });
    const at = 30 + 1;
    bytes[at] = (bytes[at] as number) ^ 1;
    expect(() => read(bytes)).toThrow(/checksum/);
  });

  it('refuses a bomb before unpacking it', () => {
    expect(() => read(withDirectoryField(24, 0x7fffffff))).toThrow(/declares 2048 MiB/);
    expect(() => read(withDirectoryField(24, 200 * 2 ** 20))).toThrow(/are said to unpack to/);
  });

  it('refuses many files that are the same bytes again and again', () => {
    const one = zipSync({ f0: new Uint8Array(40 * 2 ** 20) }, { level: 1 });
    expect(one.length).toBeLessThan(2 ** 20);
    expect(read(one).get('f0')?.length).toBe(40 * 2 ** 20);
    expect(() => read(withEntryRepeated(one, 7))).toThrow(/a file of its size may hold 256 MiB/);
  });

  it.each([
    ['sizes that lie', withDirectoryField(24, 5)],
    ['a header elsewhere', withDirectoryField(42, 7)],
    ['packed data beyond the end', withDirectoryField(20, 1e6)],
    ['an unknown packing', withDirectoryField(10, 99)],
    ['encryption', withDirectoryField(8, 1)],
    ['no directory', archive().subarray(0, 40)],
    ['garbage', Uint8Array.of(0x50, 0x4b, 3, 4, 1, 2, 3)],
    ['raw deflate data', deflateSync(text('hello'))],
  ])('refuses %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError);
    expect(() => read(bytes)).toThrow(/"model\.keras"/);
  });

  it('refuses every prefix of an archive', () => {
    const bytes = archive();
    for (let length = 0; length < bytes.length; length++) expect(() => read(bytes.subarray(0, length))).toThrow(FormatError);
  });
});
