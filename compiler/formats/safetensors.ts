// safetensors files: a JSON header that names tensors, then their bytes.
import { quote } from '../errors/index.ts';
import { bytesPerElement, DTYPES, type DType, viewAs } from '../ir/dtype.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { decodeText, isJsonObject, type JsonObject, listField, objectField, parseJsonObject } from './json.ts';
import { checkedBytes, LIMITS } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';

const NAMES = {
  bool: 'BOOL',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
} as const satisfies Record<DType, string>;
const DTYPE_OF = new Map<unknown, DType>(DTYPES.map((dtype) => [NAMES[dtype], dtype]));

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;
/** Tensors begin at multiples of this, so that they can be viewed in place. */
const ALIGNMENT = 8;

export interface Safetensors {
  readonly tensors: Map<string, NDArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The tensors of a safetensors file, in the order of their bytes. Arrays that are aligned share the memory of `bytes`. */
export function readSafetensors(bytes: Uint8Array, fileName = 'safetensors'): Map<string, NDArray> {
  return readSafetensorsFile(bytes, fileName).tensors;
}

/** The same with the file's metadata. */
export function readSafetensorsFile(bytes: Uint8Array, fileName = 'safetensors'): Safetensors {
  const place = [fileName];
  const headerBytes = readHeaderLength(bytes, place);
  const headerPlace = inside(place, 'header');
  const header = parseJsonObject(decodeText(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes), headerPlace), headerPlace);
  const data = bytes.subarray(LENGTH_BYTES + headerBytes);
  const entries = Object.entries(header).filter(([name]) => name !== METADATA);
  const slots = entries.map(([name, value]) => readSlot(name, value, inside(place, name)));
  slots.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(slots, data.length, place);
  return { tensors: new Map(slots.map((slot) => [slot.name, readTensor(slot, data)])), metadata: readMetadata(header, place) };
}

function readHeaderLength(bytes: Uint8Array, place: Place): number {
  if (bytes.length < LENGTH_BYTES) throw formatError('file-truncated', place, `The file has ${bytes.length} bytes, too few for a header.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(LIMITS.safetensorsHeaderBytes)) {
    throw formatError(
      'file-corrupt',
      place,
      `The header is said to have ${length} bytes; at most ${LIMITS.safetensorsHeaderBytes} are possible.`,
    );
  }
  if (Number(length) > bytes.length - LENGTH_BYTES) {
    throw formatError('file-truncated', place, `The header is said to have ${length} bytes; the file ends before.`);
  }
  return Number(length);
}

interface Slot {
  readonly name: string;
  readonly place: Place;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readSlot(name: string, value: unknown, place: Place): Slot {
  if (!isJsonObject(value)) throw formatError('value-wrong', place, `Expected an object, found ${quote(value)}.`);
  const dtype = DTYPE_OF.get(value.dtype);
  if (!dtype) throw formatError('dtype-unknown', place, `The tensor has the type ${quote(value.dtype)}.`);
  const shape = listField(value, 'shape', place);
  const offsets = listField(value, 'data_offsets', place);
  const [begin, end] = offsets ?? [];
  if (!shape || offsets?.length !== 2 || !Number.isSafeInteger(begin) || !Number.isSafeInteger(end)) {
    throw formatError('value-wrong', place, 'A tensor has a "shape" and two "data_offsets".');
  }
  const bytes = checkedBytes(place, dtype, shape);
  if ((end as number) - (begin as number) !== bytes) {
    throw formatError(
      'size-mismatch',
      place,
      `The shape [${shape.join(', ')}] takes ${bytes} bytes, the offsets leave ${(end as number) - (begin as number)}.`,
    );
  }
  return { name, place, dtype, shape: shape as readonly number[], begin: begin as number, end: end as number };
}

/** Tensors must follow each other without gaps and overlaps, from the header to the end of the file. */
function checkCoverage(slots: readonly Slot[], dataBytes: number, place: Place): void {
  let at = 0;
  for (const slot of slots) {
    if (slot.end > dataBytes) throw formatError('file-truncated', slot.place, `The tensor ends at byte ${slot.end} of ${dataBytes}.`);
    if (slot.begin !== at)
      throw formatError('file-corrupt', slot.place, `The tensor begins at byte ${slot.begin}, the one before ends at ${at}.`);
    at = slot.end;
  }
  if (at !== dataBytes) throw formatError('file-corrupt', place, `The file has ${dataBytes - at} bytes that belong to no tensor.`);
}

function readTensor({ dtype, shape, begin, end }: Slot, data: Uint8Array): NDArray {
  const bytes = data.subarray(begin, end);
  const isAligned = bytes.byteOffset % bytesPerElement(dtype) === 0;
  const owned = isAligned ? bytes : new Uint8Array(bytes);
  return ndarray(dtype, shape, viewAs(dtype, owned.buffer, owned.byteOffset, owned.length / bytesPerElement(dtype)));
}

function readMetadata(header: JsonObject, place: Place): Map<string, string> {
  const metadata = objectField(header, METADATA, place) ?? {};
  return new Map(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value !== 'string')
        throw formatError('value-wrong', inside(place, METADATA, key), `Expected text, found ${quote(value)}.`);
      return [key, value];
    }),
  );
}

/** The bytes of a safetensors file with these tensors, in the map's order but for wider types first, so that all are aligned. */
export function writeSafetensors(tensors: ReadonlyMap<string, NDArray>, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const ordered = [...tensors].sort(([, a], [, b]) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype));
  const entries: [string, unknown][] = metadata ? [[METADATA, metadata]] : [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === METADATA || name === '__proto__') throw formatError('hostile-name', [name], 'A tensor cannot have this name.');
    entries.push([name, { dtype: NAMES[dtype], shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes).set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
