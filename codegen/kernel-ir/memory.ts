// Memory as the interpreter sees it: byte regions viewed as arrays of a memory type, with every access checked.
import type { Lane } from './arithmetic.ts';
import { memoryBytes } from './build.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.ts';
import type { MemoryType } from './types.ts';

export type MemoryArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type MemoryArrayConstructor = new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => MemoryArray;

const ARRAYS: Record<MemoryType, MemoryArrayConstructor> = {
  bool: Uint8Array,
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** The memory of `elements` values, as bits where JavaScript has no number type for them. */
export function viewMemory(type: MemoryType, buffer: ArrayBufferLike, byteOffset: number, elements: number): MemoryArray {
  return new ARRAYS[type](buffer, byteOffset, elements);
}

export const allocateMemory = (type: MemoryType, elements: number): MemoryArray =>
  viewMemory(type, new ArrayBuffer(elements * memoryBytes(type)), 0, elements);

/** An address: an element of an array. */
export interface Pointer {
  readonly array: MemoryArray;
  readonly index: number;
}

/** The first of `count` elements at `pointer + offset`; throws unless all lie inside. */
function checkedIndex(pointer: Pointer, offset: number, count: number): number {
  const at = pointer.index + offset;
  // WebAssembly adds the constant offset to an unsigned address.
  if (pointer.index < 0)
    throw new Error(`kerasc bug: a pointer ${-pointer.index} elements before its memory has a constant offset of ${offset}`);
  if (at < 0 || at + count > pointer.array.length) {
    throw new Error(`kerasc bug: access to elements ${at}..${at + count - 1} of ${pointer.array.length}`);
  }
  return at;
}

export function loadLanes(type: MemoryType, pointer: Pointer, offset: number, count: number): Lane[] {
  const at = checkedIndex(pointer, offset, count);
  const result = new Array<Lane>(count);
  for (let lane = 0; lane < count; lane++) result[lane] = fromMemory(type, pointer.array[at + lane] as Lane);
  return result;
}

export function storeLanes(type: MemoryType, pointer: Pointer, offset: number, values: readonly Lane[]): void {
  const at = checkedIndex(pointer, offset, values.length);
  const array = pointer.array as { [index: number]: Lane };
  for (let lane = 0; lane < values.length; lane++) array[at + lane] = toMemory(type, values[lane] as Lane);
}

export function fromMemory(type: MemoryType, stored: Lane): Lane {
  if (type === 'f16') return fromFloat16(stored as number);
  if (type === 'bf16') return fromBfloat16(stored as number);
  return stored;
}

export function toMemory(type: MemoryType, value: Lane): Lane {
  if (type === 'f16') return toFloat16(value as number);
  if (type === 'bf16') return toBfloat16(value as number);
  return value;
}
