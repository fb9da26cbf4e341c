// safetensors files: reads and writes the tensors of a trained model.
import { fail, quote } from './fail.ts';
import type { DType, TensorInfo } from './manifest.ts';

const NAMES: Readonly<Record<DType, string>> = {
  bool: 'BOOL',
  int8: 'I8',
  uint8: 'U8',
  int16: 'I16',
  uint16: 'U16',
  int32: 'I32',
  uint32: 'U32',
  int64: 'I64',
  uint64: 'U64',
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
};

/** The bytes of each tensor by name, views of the file. Throws unless the file's types are those of `expected`, which may name more. */
export function readTensors(file: Uint8Array, expected: ReadonlyMap<string, TensorInfo>): Map<string, Uint8Array> {
  const damaged = (what: string): never => fail(`the safetensors file is damaged: ${what}.`);
  const start = file.length < 8 ? 0 : 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (!start || start > file.length) damaged('its header is cut off');
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
  } catch {
    return damaged('its header is not JSON');
  }
  const data = file.subarray(start);
  const tensors = new Map<string, Uint8Array>();
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const wanted = expected.get(name) ?? fail(`the file has a tensor ${quote(name)}, which this model has not. Is it of another model?`);
    const [from, to] = tensor?.data_offsets ?? [];
    if (!(from !== undefined && to !== undefined && from >= 0 && to >= from && to <= data.length))
      damaged(`${quote(name)} lies outside of it`);
    if (tensor.dtype !== NAMES[wanted.dtype] || tensor.shape.join() !== wanted.shape.join())
      fail(`${quote(name)} is ${tensor.dtype} [${tensor.shape}] in the file and ${NAMES[wanted.dtype]} [${wanted.shape}] in the model.`);
    tensors.set(name, data.subarray(from, to));
  }
  return tensors;
}

/** The bytes of a file with these tensors, wide types first, so that all are aligned. */
export function writeTensors(tensors: readonly (readonly [TensorInfo, Uint8Array])[]): Uint8Array {
  const width = ([{ dtype }]: readonly [TensorInfo, Uint8Array]): number =>
    dtype.endsWith('64') ? 3 : dtype.endsWith('32') ? 2 : dtype.endsWith('16') ? 1 : 0;
  const ordered = [...tensors].sort((a, b) => width(b) - width(a));
  let end = 0;
  const entries = ordered.map(([{ name, dtype, shape }, { length }]) => {
    const entry = { dtype: NAMES[dtype], shape, data_offsets: [end, end + length] };
    end += length;
    return [name, entry] as const;
  });
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + header + end).fill(32, 8, 8 + header);
  new DataView(file.buffer).setBigUint64(0, BigInt(header), true);
  file.set(text, 8);
  let at = 8 + header;
  for (const [, bytes] of ordered) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
