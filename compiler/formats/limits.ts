// How much a file may ask for before anything is allocated, and the one way to multiply sizes.
import { bytesPerElement, type DType } from '../ir/dtype.ts';
import { formatError, type Place } from './place.ts';

const MEBIBYTE = 2 ** 20;

export const LIMITS = {
  /** Node reads files up to 2 GiB at once, and an array buffer for WebAssembly ends there too. */
  fileBytes: 2 ** 31 - 1,
  /** Configs of the largest published models are a few MiB. */
  jsonBytes: 128 * MEBIBYTE,
  jsonDepth: 400,
  zipEntries: 20_000,
  /** Objects of an HDF5 file; a model of a thousand layers with optimizer has about ten thousand. */
  hdf5Objects: 300_000,
  hdf5Depth: 64,
  attributeBytes: 128 * MEBIBYTE,
  safetensorsHeaderBytes: 100 * MEBIBYTE,
  rank: 32,
  /** What may be unpacked whatever the file's size, and how far beyond its size. Weights hardly compress; unused slots do. */
  unpackedFloorBytes: 256 * MEBIBYTE,
  unpackedRatio: 100,
} as const;

/** Bytes of a tensor of untrusted shape; refuses what is no shape or beyond what can be held. */
export function checkedBytes(place: Place, dtype: DType, shape: readonly unknown[]): number {
  if (shape.length > LIMITS.rank) {
    throw formatError('value-wrong', place, `The tensor has ${shape.length} dimensions; at most ${LIMITS.rank} are possible.`);
  }
  let bytes = bytesPerElement(dtype);
  for (const dim of shape) {
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0) {
      throw formatError('value-wrong', place, `The shape has the dimension ${JSON.stringify(dim)}; expected a whole number, 0 or more.`);
    }
    bytes *= dim;
    if (bytes > LIMITS.fileBytes) {
      throw formatError('file-too-large', place, `The tensor of shape [${shape.join(', ')}] and type ${dtype} is beyond 2 GiB.`);
    }
  }
  return bytes;
}

/** Counts what a file unpacks to, against what its size allows. */
export class UnpackBudget {
  readonly #limit: number;
  #used = 0;

  constructor(fileBytes: number) {
    this.#limit = Math.min(LIMITS.fileBytes, Math.max(LIMITS.unpackedFloorBytes, fileBytes * LIMITS.unpackedRatio));
  }

  /** Takes `bytes` before they are allocated. */
  take(place: Place, bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#limit) {
      const size = `${Math.round(this.#used / MEBIBYTE)} MiB`;
      throw formatError(
        'file-bomb',
        place,
        `The file declares ${size} or more of data; a file of its size may hold ${Math.round(this.#limit / MEBIBYTE)} MiB.`,
      );
    }
  }
}
