// Loads a bundle: reads and checks its files, picks the program this engine runs best, and sets it up.
import { fail, quote } from './fail.ts';
import { isSupported } from './features.ts';
import { checkFile, type FileSource, fetchFile, type ReadFile } from './files.ts';
import { checkManifest, type Manifest, type Variant } from './manifest.ts';
import { Model } from './model.ts';
import { dataSection } from './safetensors.ts';

/** The bundle's folder (or its manifest.json), or its files by name. */
export type BundleSource = string | URL | Readonly<Record<string, FileSource>>;

export interface LoadOptions {
  /** Hears of bytes read, of all bytes that will be. */
  readonly onProgress?: (progress: { readonly loaded: number; readonly total: number }) => void;
  /** Hears once why something is slower or less checked than it could be; by default the console says so. */
  readonly onWarning?: (message: string) => void;
  /** The variant to run, by name, instead of the best that this engine supports. */
  readonly variant?: string;
  /** Reads a URL's bytes, instead of `fetch`. */
  readonly read?: ReadFile;
}

const MANIFEST = 'manifest.json';
const LARGEST_MANIFEST = 2 ** 24;

/**
 * Loads a model that `kerasc build` wrote. Nothing runs before sizes and hashes have been checked.
 *
 * @example
 * const model = await load('/models/digits/');
 * const { scores } = model.predict({ image });
 */
export async function load(source: BundleSource, options: LoadOptions = {}): Promise<Model> {
  const { manifest, variant, memory, exports } = await loadProgram(source, options);
  const { run } = exports;
  if (typeof run !== 'function') fail(`${variant.code} is not a program of kerasc.`);
  return new Model(manifest, variant, memory, run as () => void);
}

/** A program in memory, with its weights, ready to run. */
interface LoadedProgram {
  readonly manifest: Manifest;
  readonly variant: Variant;
  readonly memory: ArrayBuffer;
  readonly exports: WebAssembly.Exports;
}

/** The same without the model around it. */
export async function loadProgram(source: BundleSource, options: LoadOptions): Promise<LoadedProgram> {
  const warn = options.onWarning ?? ((message) => console.warn(message));
  const find = locate(source);
  const manifest = parseManifest(await read(find(MANIFEST), () => {}, LARGEST_MANIFEST, options));
  const variant = pickVariant(manifest, options.variant, warn);
  const names = [...new Set([variant.code, variant.weights])];
  const total = names.reduce((sum, name) => sum + bytesOf(manifest, name), 0);
  let loaded = 0;
  const onBytes = (bytes: number): void => {
    loaded += bytes;
    options.onProgress?.({ loaded, total });
  };
  const get = async (name: string): Promise<Uint8Array> => {
    const file = await read(find(name), onBytes, bytesOf(manifest, name), options);
    if (!(await checkFile(name, file, manifest)))
      warn(`${manifest.name}: only the length of ${name} was checked, since this page is not in a secure context. Serve it over https.`);
    return file;
  };
  // The code is compiled while the weights, which take longer, still come.
  const [code, weights] = await Promise.all([
    get(variant.code).then((bytes) => compile(variant.code, bytes)),
    get(variant.weights).then((file) => dataSection(file, variant.memory.weights.bytes, variant.weights)),
  ]);
  return start(manifest, variant, code, weights);
}

const bytesOf = (manifest: Manifest, name: string): number => manifest.files[name]?.bytes ?? 0;

/** Where each file of the bundle is. */
export function locate(source: BundleSource): (name: string) => FileSource {
  if (typeof source === 'string' || source instanceof URL) {
    const base = new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href);
    if (!/(\/|\/manifest\.json)$/.test(base.pathname)) base.pathname += '/';
    return (name) => new URL(name, base);
  }
  return (name) => (Object.hasOwn(source, name) && source[name]) || fail(`the bundle's file ${name} was not given.`);
}

/** The bytes of a file, at most `limit` of them. */
export async function read(file: FileSource, onBytes: (bytes: number) => void, limit: number, options: LoadOptions): Promise<Uint8Array> {
  if (!(file instanceof Uint8Array)) return (options.read ?? fetchFile)(new URL(file), onBytes, limit);
  onBytes(file.length);
  return file;
}

export function parseManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    fail('manifest.json is not JSON. Is the URL that of the folder that kerasc wrote?', cause);
  }
  return checkManifest(value);
}

function pickVariant({ name, variants }: Manifest, wanted: string | undefined, warn: (message: string) => void): Variant {
  const names = variants.map((variant) => quote(variant.name)).join(', ');
  const missing = (variant: Variant): string[] => variant.features.filter((feature) => !isSupported(feature));
  if (wanted !== undefined) {
    const variant =
      variants.find((candidate) => candidate.name === wanted) ??
      fail(`${quote(name)} has no variant ${quote(wanted)}. Its variants: ${names}.`);
    if (missing(variant).length)
      fail(`this engine has no WebAssembly ${missing(variant).join(', ')}, which variant ${quote(wanted)} needs.`);
    return variant;
  }
  const best = variants.find((variant) => !missing(variant).length);
  const first = variants[0];
  if (!best || !first)
    return fail(
      `this engine cannot run ${quote(name)}: its WebAssembly has no ${first ? missing(variants.at(-1) as Variant).join(', ') : 'variant'}. Use a newer browser (from 2023 on).`,
    );
  if (best !== first)
    warn(
      `${name}: this engine has no WebAssembly ${missing(first).join(', ')}; the slower variant "${best.name}" runs. A newer engine runs "${first.name}".`,
    );
  return best;
}

async function start(manifest: Manifest, variant: Variant, code: WebAssembly.Module, weights: Uint8Array): Promise<LoadedProgram> {
  const memory = allocate(manifest, variant.memory.bytes);
  new Uint8Array(memory.buffer).set(weights, variant.memory.weights.offset);
  const exports = await instantiate(variant.code, code, memory);
  if (typeof exports['prepare'] !== 'function') fail(`${variant.code} is not a program of kerasc.`);
  exports['prepare']();
  return { manifest, variant, memory: memory.buffer, exports };
}

function allocate({ name }: Manifest, bytes: number): WebAssembly.Memory {
  const pages = bytes / 65_536;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    return fail(
      `${quote(name)} needs ${(bytes / 2 ** 20).toFixed(1)} MiB of memory and did not get it. Dispose of models that are not needed, or build with a smaller batch.`,
      cause,
    );
  }
}

async function compile(name: string, code: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(code as BufferSource);
  } catch (cause) {
    return fail(
      `${name} could not be compiled. If the page has a Content-Security-Policy, its script-src needs 'wasm-unsafe-eval'. (${(cause as Error).message})`,
      cause,
    );
  }
}

async function instantiate(name: string, code: WebAssembly.Module, memory: WebAssembly.Memory): Promise<WebAssembly.Exports> {
  try {
    return (await WebAssembly.instantiate(code, { kerasc: { memory } })).exports;
  } catch (cause) {
    return fail(`${name} is not a program of kerasc, or belongs to another build. (${(cause as Error).message})`, cause);
  }
}
