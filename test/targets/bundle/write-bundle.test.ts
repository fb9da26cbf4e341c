// Writing bundles: all or nothing, never over files that are not a bundle's.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BundleError, type BundleFiles, writeBundle } from '../../../targets/bundle/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bundle = (content: string, extra: Record<string, string> = {}): BundleFiles =>
  new Map(
    Object.entries({
      'manifest.json': JSON.stringify({ format: 'kerasc-bundle', files: { 'old.wasm': {} }, content }),
      'index.js': content,
      ...extra,
    }),
  );

const entries = async (): Promise<string[]> => (await readdir(folder)).sort();

it('creates the directory and those above it', async () => {
  const target = join(folder, 'a', 'b');
  await writeBundle(target, bundle('one'));
  expect((await readdir(target)).sort()).toEqual(['index.js', 'manifest.json']);
});

it('replaces an older bundle completely and leaves nothing beside it', async () => {
  const target = join(folder, 'out');
  await writeBundle(target, bundle('one', { 'old.wasm': 'x' }));
  await writeBundle(target, bundle('two'));
  expect((await readdir(target)).sort()).toEqual(['index.js', 'manifest.json']);
  expect(await readFile(join(target, 'index.js'), 'utf8')).toBe('two');
  expect(await entries()).toEqual(['out']);
});

it('fills an empty directory', async () => {
  await mkdir(join(folder, 'empty'));
  await writeBundle(join(folder, 'empty'), bundle('one'));
  expect(await readFile(join(folder, 'empty', 'index.js'), 'utf8')).toBe('one');
});

it('refuses a directory with other files, names them, and replaces it only when told', async () => {
  const target = join(folder, 'mine');
  await mkdir(target);
  await writeFile(join(target, 'thesis.txt'), 'years of work');
  await expect(writeBundle(target, bundle('one'))).rejects.toThrow(/mine holds files that are not those of a bundle: "thesis\.txt"/);
  expect(await readdir(target)).toEqual(['thesis.txt']);
  await writeBundle(target, bundle('one'), { overwrite: true });
  expect((await readdir(target)).sort()).toEqual(['index.js', 'manifest.json']);
});

it('refuses a bundle to which somebody added a file', async () => {
  const target = join(folder, 'out');
  await writeBundle(target, bundle('one'));
  await writeFile(join(target, 'notes.md'), 'mine');
  await expect(writeBundle(target, bundle('two'))).rejects.toThrow('"notes.md"');
  expect(await readFile(join(target, 'index.js'), 'utf8')).toBe('one');
  expect(await entries()).toEqual(['out']);
});

it('leaves the old bundle as it was when writing fails', async () => {
  const target = join(folder, 'out');
  await writeBundle(target, bundle('one'));
  await expect(
    writeBundle(
      target,
      new Map([
        ['manifest.json', '{}'],
        ['no/such/folder.js', ''],
      ]),
    ),
  ).rejects.toThrow();
  expect(await readFile(join(target, 'index.js'), 'utf8')).toBe('one');
  expect(await entries()).toEqual(['out']);
});

it('says that a file is in the way', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const target of [join(folder, 'file'), join(folder, 'file', 'below')]) {
    const attempt = writeBundle(target, bundle('one'));
    await expect(attempt).rejects.toThrow('a file of that name is in the way');
    await expect(attempt).rejects.toBeInstanceOf(BundleError);
  }
});

it.skipIf(process.getuid?.() === 0)('says that a folder is read-only', async () => {
  await chmod(folder, 0o500);
  await expect(writeBundle(join(folder, 'out'), bundle('one'))).rejects.toThrow('the folder is read-only for this user');
  await chmod(folder, 0o700);
});
