// Opens a library built by kerasc and runs its model on typed arrays, in place.
import { type FileHandle, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddonOptions, buildAddon } from './build-addon.ts';
import { NativeError } from './native-error.ts';

export interface NativeTensor {
  readonly name: string;
  /** bool, i8, u8, i16, u16, i32, u32, i64, u64, f16, bf16, f32 or f64. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

export interface NativeModelOptions {
  /** A safetensors file's bytes, or its data alone. Used in place where aligned (see `readWeights`): leave them unchanged. */
  readonly weights: ArrayBufferView;
  /** 1 where not given. */
  readonly threads?: number;
  /** The best that this machine can run where not given. */
  readonly variant?: string;
}

export interface NativeModel {
  /** The variant that was chosen: `avx2`. */
  readonly variant: string;
  /** Computes outputs from inputs, in the library's order; each has exactly its tensor's bytes. Allocates nothing. */
  run(inputs: readonly ArrayBufferView[], outputs: readonly ArrayBufferView[]): void;
  /** The same for one of several entries, by its number. */
  runEntry(entry: number, inputs: readonly ArrayBufferView[], outputs: readonly ArrayBufferView[]): void;
  /** The memory of the states, as it is. */
  readonly states: Uint8Array;
  /** Frees arena and threads at once; without it they go when the object is collected. */
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface NativeEntry {
  readonly name: string;
  readonly inputs: readonly NativeTensor[];
  readonly outputs: readonly NativeTensor[];
}

export interface NativeLibrary {
  readonly name: string;
  /** Of the first entry. */
  readonly inputs: readonly NativeTensor[];
  readonly outputs: readonly NativeTensor[];
  readonly entries: readonly NativeEntry[];
  readonly statesBytes: number;
  readonly weightsBytes: number;
  readonly arenaBytes: number;
  create(options: NativeModelOptions): NativeModel;
}

interface AddonModel {
  readonly variant: string;
  run(inputs: readonly ArrayBufferView[], outputs: readonly ArrayBufferView[]): void;
  runEntry(entry: number, inputs: readonly ArrayBufferView[], outputs: readonly ArrayBufferView[]): void;
  readonly states: ArrayBuffer | undefined;
  dispose(): void;
}

interface Addon {
  inspect(path: string): Omit<NativeLibrary, 'create'>;
  allocate(bytes: number): ArrayBuffer;
  readonly Model: new (path: string, weights: ArrayBufferView, threads: number, variant: string | undefined) => AddonModel;
}

const loaded = new Map<string, Addon>();

async function loadAddon(options: AddonOptions): Promise<Addon> {
  const path = await buildAddon(options);
  let addon = loaded.get(path);
  if (!addon) {
    addon = createRequire(import.meta.url)(path) as Addon;
    loaded.set(path, addon);
  }
  return addon;
}

/** Opens what `compileLibrary` made; builds the addon on first use. */
export async function loadLibrary(path: string, options: AddonOptions = {}): Promise<NativeLibrary> {
  return (await libraryOpener(options))(path);
}

/** A function that opens libraries at once, the addon being there. */
export async function libraryOpener(options: AddonOptions = {}): Promise<(path: string) => NativeLibrary> {
  const addon = await loadAddon(options);
  return (path) => openLibrary(addon, path);
}

function openLibrary(addon: Addon, path: string): NativeLibrary {
  const description = explain(() => addon.inspect(path));
  return { ...description, create: (modelOptions) => createModel(addon, path, modelOptions) };
}

function createModel(addon: Addon, path: string, { weights, threads = 1, variant }: NativeModelOptions): NativeModel {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256)
    throw new RangeError(`threads must be a whole number from 1 to 256, received ${threads}`);
  const model = explain(() => new addon.Model(path, weights, threads, variant));
  return {
    variant: model.variant,
    run: (inputs, outputs) => model.run(inputs, outputs),
    runEntry: (entry, inputs, outputs) => model.runEntry(entry, inputs, outputs),
    states: new Uint8Array(model.states ?? new ArrayBuffer(0)),
    dispose: () => model.dispose(),
    [Symbol.dispose]: () => model.dispose(),
  };
}

function explain<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new NativeError('library', message, 'Build the model again for this machine, with the weights that belong to it.', error);
  }
}

const HEADER_SIZE_BYTES = 8;
const ALIGNMENT = 64;

/** A safetensors file in memory whose data starts at a multiple of 64 bytes, so that a model uses it without a copy. */
export async function readWeights(path: string, options: AddonOptions = {}): Promise<Uint8Array> {
  const addon = await loadAddon(options);
  const file = await open(path);
  try {
    return await readAligned(file, path, addon);
  } finally {
    await file.close();
  }
}

async function readAligned(file: FileHandle, path: string, addon: Addon): Promise<Uint8Array> {
  const { size } = await file.stat();
  const head = Buffer.alloc(HEADER_SIZE_BYTES);
  await file.read(head, 0, HEADER_SIZE_BYTES, 0);
  const dataStart = HEADER_SIZE_BYTES + Number(head.readBigUInt64LE() % BigInt(ALIGNMENT));
  const lead = (ALIGNMENT - (dataStart % ALIGNMENT)) % ALIGNMENT;
  const bytes = new Uint8Array(addon.allocate(lead + size), lead, size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, size - done, done);
    if (bytesRead === 0) throw new NativeError('library', `${path} became shorter while it was read.`, 'Load it again.');
    done += bytesRead;
  }
  return bytes;
}
