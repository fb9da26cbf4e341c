// Reads safetensors files: 8 bytes length, a JSON header, then the tensors' bytes.
import { readFileSync } from 'node:fs';

export interface StoredTensor {
  /** As the file names it: F32, I32, BOOL, ... */
  readonly type: string;
  readonly shape: readonly number[];
  /** Little-endian, row-major; a view of the file. */
  readonly bytes: Uint8Array;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors of a file by name. */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, HeaderEntry>;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    tensors.set(name, { type: entry.dtype, shape: entry.shape, bytes: file.subarray(start + from, start + to) });
  }
  return tensors;
}

/** The elements as numbers (64-bit integers as bigints). */
export function elementsOf({ type, bytes }: StoredTensor): ArrayLike<number> | ArrayLike<bigint> {
  // A copy, so that the view is aligned.
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return new Float64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I16':
      return new Int16Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer);
    default:
      throw new Error(`a safetensors file has a tensor of type ${type}, which these tests do not read`);
  }
}
