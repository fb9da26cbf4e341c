// NumPy's `.npy` and `.npz` files, as inputs and weights.
import { quote } from '../errors/index.ts';
import { bytesPerElement, type DType, viewAs } from '../ir/dtype.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { checkedBytes } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';
import { readZip } from './zip-read.ts';

const MAGIC = '\x93NUMPY';
const DTYPE_OF: Readonly<Record<string, DType>> = {
  b1: 'bool',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};
/** The header is a Python dictionary of three known keys. */
const DESCR = /'descr':\s*'([<>|=])([a-zA-Z]\d+)'/;
const FORTRAN = /'fortran_order':\s*(True|False)/;
const SHAPE = /'shape':\s*\(([\d,\s]*)\)/;

/** The array of a `.npy` file. */
export function readNpy(bytes: Uint8Array, fileName = 'npy'): NDArray {
  return readArray(bytes, [fileName]);
}

/** The arrays of a `.npz` file, by name. */
export function readNpz(bytes: Uint8Array, fileName = 'npz'): Map<string, NDArray> {
  const place = [fileName];
  return new Map([...readZip(bytes, place)].map(([name, data]) => [name.replace(/\.npy$/, ''), readArray(data, inside(place, name))]));
}

function readArray(bytes: Uint8Array, place: Place): NDArray {
  const { text, dataOffset } = readHeader(bytes, place);
  const descr = DESCR.exec(text);
  const dtype = descr ? DTYPE_OF[descr[2] as string] : undefined;
  if (!dtype)
    throw formatError('dtype-unknown', place, `The array has the header ${quote(text.trim())}; only numbers and booleans are read.`);
  const shapeText = SHAPE.exec(text)?.[1];
  const order = FORTRAN.exec(text)?.[1];
  if (shapeText === undefined || order === undefined)
    throw formatError('value-wrong', place, `The header ${quote(text.trim())} is not NumPy's.`);
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  const size = checkedBytes(place, dtype, shape);
  if (bytes.length - dataOffset !== size) {
    const code = bytes.length - dataOffset < size ? 'file-truncated' : 'size-mismatch';
    throw formatError(code, place, `The shape [${shape.join(', ')}] takes ${size} bytes, the file has ${bytes.length - dataOffset}.`);
  }
  const data = new Uint8Array(bytes.subarray(dataOffset));
  if (descr?.[1] === '>') swapBytes(data, bytesPerElement(dtype));
  const isTransposed = order === 'True' && shape.length > 1;
  const array = ndarray(dtype, shape, viewAs(dtype, data.buffer, 0, size / bytesPerElement(dtype)));
  return isTransposed ? fromColumnMajor(array) : array;
}

function readHeader(bytes: Uint8Array, place: Place): { text: string; dataOffset: number } {
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC)
    throw formatError('file-unknown', place, 'The file is not a NumPy array.', { cure: 'Write it with numpy.save.' });
  if (bytes.length < 12) throw formatError('file-truncated', place, 'The file ends in its header.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirstVersion = bytes[6] === 1;
  const start = isFirstVersion ? 10 : 12;
  const dataOffset = start + (isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataOffset > bytes.length) throw formatError('file-truncated', place, 'The file ends in its header.');
  return { text: new TextDecoder().decode(bytes.subarray(start, dataOffset)), dataOffset };
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

/** Fortran's order counts the first dimension fastest. */
function fromColumnMajor({ dtype, shape, data }: NDArray): NDArray {
  const result = ndarray(dtype, shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let from = 0; from < data.length; from++) {
    const to = index.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0);
    result.data[to] = data[from] as number;
    for (let axis = 0; axis < shape.length && ++(index[axis] as number) === shape[axis]; axis++) index[axis] = 0;
  }
  return result;
}
