// What a bundle says of itself, and the checks that everything read later relies on.
import { fail, quote } from './fail.ts';

export type DType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64';

/** An input or output. A null as first dimension is the batch, of any size. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | null)[];
}

export interface Region {
  readonly offset: number;
  readonly bytes: number;
}

/** One program, and what an engine must support to run it. */
export interface Variant {
  readonly name: string;
  /** Names as `isSupported` knows them: `simd`, `relaxed-simd`. */
  readonly features: readonly string[];
  /** Names of files of the bundle. */
  readonly code: string;
  readonly weights: string;
  readonly memory: {
    /** All that the program uses, in pages of 64 KiB. */
    readonly bytes: number;
    readonly weights: Region;
    readonly inputs: readonly Region[];
    readonly outputs: readonly Region[];
  };
}

/** How far the program's outputs were from the reference's when it was built. */
export interface Verification {
  readonly probes: number;
  readonly outputs: readonly { readonly name: string; readonly largestDifference: number; readonly tolerance: number }[];
}

export interface Manifest {
  readonly format: 'kerasc-bundle';
  readonly version: 1;
  readonly name: string;
  readonly compiler: { readonly name: string; readonly version: string };
  readonly target: string;
  /** Samples that the program takes at a time where the batch is of any size; null where every shape is fixed. */
  readonly batch: number | null;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Best first. */
  readonly variants: readonly Variant[];
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  readonly verification?: Verification;
}

/** The typed array of each dtype; bits where JavaScript has no such numbers. */
export const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} satisfies Record<DType, unknown>;

export type Tensor =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

const LARGEST_MEMORY = 2 ** 32 - 65_536;

/** Elements of a tensor as the program takes it. */
export function countElements({ shape }: TensorInfo, batch: number | null): number {
  return shape.reduce<number>((product, size) => product * (size ?? batch ?? 0), 1);
}

/** Throws unless the manifest is one that this runtime can read and all its sizes fit together. */
export function checkManifest(value: unknown): Manifest {
  const manifest = value as Manifest;
  if (manifest?.format !== 'kerasc-bundle')
    fail('manifest.json is not the manifest of a kerasc bundle. Is the URL that of the folder that kerasc wrote?');
  if (manifest.version !== 1)
    fail(
      `the bundle has format version ${quote(manifest.version)} and this runtime reads version 1. Build the model and load it with the same kerasc.`,
    );
  try {
    for (const tensor of [...manifest.inputs, ...manifest.outputs]) checkTensor(tensor, manifest.batch);
    for (const variant of manifest.variants) checkVariant(variant, manifest);
  } catch (cause) {
    fail(`manifest.json is damaged: ${(cause as Error).message}`, cause);
  }
  return manifest;
}

function expect(condition: boolean, what: string): void {
  if (!condition) fail(what);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function checkTensor(tensor: TensorInfo, batch: number | null): void {
  const where = `tensor ${quote(tensor.name)}`;
  expect(typeof tensor.name === 'string' && Object.hasOwn(ARRAYS, tensor.dtype), `${where} has no known dtype`);
  expect(batch === null || (isCount(batch) && batch > 0), 'the batch is not a number of samples');
  expect(
    tensor.shape.every((size, axis) => isCount(size) || (size === null && axis === 0 && batch !== null)),
    `${where} has no shape`,
  );
}

function checkVariant({ name, features, code, weights, memory }: Variant, manifest: Manifest): void {
  const where = `variant ${quote(name)}`;
  expect(
    Array.isArray(features) &&
      [code, weights].every(
        (file) => /^[\w.-]+$/.test(file) && Object.hasOwn(manifest.files, file) && isCount(manifest.files[file]?.bytes),
      ),
    `${where} names files that the bundle does not have`,
  );
  expect(isCount(memory.bytes) && memory.bytes % 65_536 === 0 && memory.bytes <= LARGEST_MEMORY, `${where} has no size of memory`);
  const inside = ({ offset, bytes }: Region): boolean =>
    isCount(offset) && isCount(bytes) && offset % 8 === 0 && offset + bytes <= memory.bytes;
  expect(inside(memory.weights), `${where} keeps its weights outside of its memory`);
  checkRegions(where, manifest.inputs, memory.inputs, manifest.batch, inside);
  checkRegions(where, manifest.outputs, memory.outputs, manifest.batch, inside);
}

function checkRegions(
  where: string,
  tensors: readonly TensorInfo[],
  regions: readonly Region[],
  batch: number | null,
  inside: (region: Region) => boolean,
): void {
  expect(regions.length === tensors.length, `${where} has ${regions.length} regions for ${tensors.length} tensors`);
  tensors.forEach((tensor, position) => {
    const region = regions[position] as Region;
    const bytes = countElements(tensor, batch) * ARRAYS[tensor.dtype].BYTES_PER_ELEMENT;
    expect(inside(region) && region.bytes === bytes, `${where} has no room for tensor ${quote(tensor.name)}`);
  });
}
