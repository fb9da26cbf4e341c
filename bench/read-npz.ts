// Reads the arrays of an `.npz` file: a zip of `.npy` files.
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The arrays by name. Float32 and int32 in C order, which is what the benchmark models use. */
export function readNpz(path: string): Map<string, NpyArray> {
  const files = unzipSync(new Uint8Array(readFileSync(path)));
  return new Map(Object.entries(files).map(([name, bytes]) => [name.replace(/\.npy$/, ''), readNpy(bytes, `${path}: ${name}`)]));
}

/** Magic, version, length of the header, a header in Python's syntax, the data. */
function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isVersion1 = bytes[6] === 1;
  const start = isVersion1 ? 10 : 12;
  const end = start + (isVersion1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end));
  const type = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((dim) => dim.trim());
  if (!shape || header.includes("'fortran_order': True") || (type !== '<f4' && type !== '<i4')) {
    throw new Error(`${name} is ${header.trim()}; expected float32 or int32 in C order`);
  }
  const { buffer } = bytes.slice(end);
  return { shape: shape.map(Number), data: type === '<f4' ? new Float32Array(buffer) : new Int32Array(buffer) };
}
