// The runtime of native bundles: the model runs in a library that the addon beside it opens, behind the same interface.
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { fail, quote } from './fail.ts';
import { checkFile } from './files.ts';
import { parseManifest } from './load.ts';
import type { Manifest, Region, Variant } from './manifest.ts';
import { Model } from './model.ts';

export interface NativeLoadOptions {
  /** Threads that share the work. Default 1. */
  readonly threads?: number;
  /** The variant to run instead of the best that this machine supports. */
  readonly variant?: string;
}

/** What `native/addon.cc` exports. */
interface Addon {
  /** Memory that starts at a multiple of 64 bytes. */
  allocate(bytes: number): ArrayBuffer;
  readonly Model: new (library: string, weights: Uint8Array, threads: number, variant: string | undefined) => AddonModel;
}

interface AddonModel {
  readonly variant: string;
  readonly states: ArrayBuffer | undefined;
  run(inputs: readonly Uint8Array[], outputs: readonly Uint8Array[]): void;
  runEntry(entry: number, inputs: readonly Uint8Array[], outputs: readonly Uint8Array[]): void;
  dispose(): void;
}

const ADDON = 'kerasc_addon.node';

/** Loads a native bundle from the URLs of its files. Nothing runs before sizes and hashes have been checked. */
export async function load(files: Readonly<Record<string, URL>>, options: NativeLoadOptions = {}): Promise<Model> {
  const { manifest, addon, native } = await openLibrary(files, options);
  return start(manifest, addon, native);
}

interface OpenedLibrary {
  readonly manifest: Manifest;
  readonly addon: Addon;
  readonly native: AddonModel;
}

/** The library, opened with its weights. */
export async function openLibrary(files: Readonly<Record<string, URL>>, options: NativeLoadOptions): Promise<OpenedLibrary> {
  const { threads = 1, variant } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 256)
    fail(`threads must be a whole number from 1 to 256, and is ${quote(threads)}.`);
  const manifest = parseManifest(await readPath(pathOf(files, 'manifest.json')));
  const first = manifest.variants[0] as Variant;
  checkMachine(manifest, first);
  checkVariant(manifest, variant);
  for (const name of [ADDON, first.code]) await checkFile(name, await readPath(pathOf(files, name)), manifest);
  const addon = openAddon(pathOf(files, ADDON));
  const weights = await readAligned(pathOf(files, first.weights), addon);
  await checkFile(first.weights, weights, manifest);
  return { manifest, addon, native: new addon.Model(pathOf(files, first.code), weights, threads, variant) };
}

/** The bytes of a file of the bundle. */
export const readBundleFile = (files: Readonly<Record<string, URL>>, name: string): Promise<Uint8Array> => readPath(pathOf(files, name));

function pathOf(files: Readonly<Record<string, URL>>, name: string): string {
  const url = (Object.hasOwn(files, name) && files[name]) || fail(`the bundle's file ${name} was not given.`);
  return fileURLToPath(url);
}

async function readPath(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) =>
    fail(`could not read ${quote(path)} (${cause.code}). Copy the whole bundle again.`, cause),
  );
}

/** The library is machine code: the first feature of each variant is the machine that it is for. */
function checkMachine({ name }: Manifest, { features }: Variant): void {
  const here = `${process.platform}-${process.arch}`;
  if (features[0] !== here)
    fail(`${quote(name)} was built for ${quote(features[0])} and this machine is ${here}. Build it here, or use the target "node".`);
}

function checkVariant({ name, variants }: Manifest, wanted: string | undefined): void {
  if (wanted === undefined || variants.some((variant) => variant.name === wanted)) return;
  fail(`${quote(name)} has no variant ${quote(wanted)}. Its variants: ${variants.map((variant) => quote(variant.name)).join(', ')}.`);
}

function openAddon(path: string): Addon {
  try {
    return createRequire(path)(path);
  } catch (cause) {
    return fail(`${quote(path)} cannot be opened. Build the bundle again on this machine. (${(cause as Error).message})`, cause);
  }
}

/** The weights are used where they are read to: their data must start at a multiple of 64 bytes. */
async function readAligned(path: string, addon: Addon): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(8);
    await file.read(head, 0, 8, 0);
    const lead = (64 - ((8 + Number(head.readBigUInt64LE() % 64n)) % 64)) % 64;
    const bytes = new Uint8Array(addon.allocate(lead + size), lead, size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(bytes, done, size - done, done);
      if (!bytesRead) fail(`${quote(path)} became shorter while it was read. Load it again.`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

export const chosenVariant = ({ variants }: Manifest, { variant }: AddonModel): Variant =>
  variants.find(({ name }) => name === variant) ?? fail(`the library runs ${quote(variant)}, which the manifest does not name.`);

/** Inputs and outputs lie in one block, where the manifest says. */
function start(manifest: Manifest, addon: Addon, native: AddonModel): Model {
  const variant = chosenVariant(manifest, native);
  const { inputs, outputs } = variant.memory;
  const block = addon.allocate(Math.max(0, ...[...inputs, ...outputs].map(({ offset, bytes }) => offset + bytes)));
  const view = ({ offset, bytes }: Region): Uint8Array => new Uint8Array(block, offset, bytes);
  const [from, to] = [inputs.map(view), outputs.map(view)];
  return new Model(
    manifest,
    variant,
    block,
    () => native.run(from, to),
    () => native.dispose(),
  );
}
