// Writes groups, arrays and attributes as an HDF5 file.
import { bytesPerElement, type DataArray, type DType, isSigned } from '../ir/dtype.ts';
import { decodeFloat } from '../ir/float16.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Hdf5Library } from './hdf5-library.ts';
import { H5_CLASS, H5_MODE, type H5Module } from './hdf5-module.ts';
import type { Hdf5Group } from './hdf5-tree.ts';
import { DTYPE_ATTRIBUTE } from './hdf5-values.ts';
import type { Attributes } from './model-file.ts';
import { formatError, inside, type Place } from './place.ts';

/**
 * The library cannot write 16-bit floats and booleans. Keras assigns what it reads to variables that have their own type, so the
 * same values in a wider type load there unchanged; an attribute that Keras ignores tells our own reader.
 */
const WRITTEN_AS: Partial<Record<DType, DType>> = { float16: 'float32', bfloat16: 'float32', bool: 'uint8' };

interface Output {
  readonly module: H5Module;
  readonly file: bigint;
  readonly place: Place;
}

export function writeHdf5Tree({ module, path, takeMessages }: Hdf5Library, root: Hdf5Group, place: Place): Uint8Array {
  takeMessages();
  const file = module.open(path, H5_MODE.truncate, false, -1, -1);
  try {
    writeGroup({ module, file, place }, root, '');
  } finally {
    module.close_file(file);
  }
  const bytes = module.FS.readFile(path);
  module.FS.unlink(path);
  const messages = takeMessages();
  if (messages) throw formatError('file-corrupt', place, 'The HDF5 library cannot write this file.', { cause: new Error(messages) });
  return bytes;
}

function writeGroup(output: Output, group: Hdf5Group, path: string): void {
  writeTextAttributes(output, path || '/', group.attributes);
  for (const [name, child] of group.groups) {
    const childPath = childOf(output, path, name);
    output.module.create_group(output.file, childPath, false);
    writeGroup(output, child, childPath);
  }
  for (const [name, array] of group.arrays) writeArray(output, childOf(output, path, name), array);
}

function childOf({ place }: Output, path: string, name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw formatError(
      'hostile-name',
      inside(place, path || '/', name),
      'This cannot be the name of a group or of an array in an HDF5 file.',
    );
  }
  return `${path}/${name}`;
}

function writeArray({ module, file, place }: Output, path: string, array: NDArray): void {
  const dtype = WRITTEN_AS[array.dtype] ?? array.dtype;
  const data = dtype === 'float32' && array.dtype !== 'float32' ? widened(array) : array.data;
  const shape = array.shape.map(BigInt);
  const isFloat = dtype.startsWith('float');
  const type = {
    type: isFloat ? H5_CLASS.float : H5_CLASS.integer,
    size: bytesPerElement(dtype),
    signed: !isFloat && isSigned(dtype),
    littleEndian: true,
    vlen: false,
    shape,
    maxshape: shape,
  } as const;
  const pointer = module._malloc(Math.max(data.byteLength, 1));
  if (pointer === 0) throw formatError('file-too-large', inside(place, path), `There is no memory for ${data.byteLength} bytes.`);
  module.HEAPU8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
  module.create_dataset(file, path, BigInt(pointer), type);
  module._free(pointer);
  if (dtype !== array.dtype) writeTextAttributes({ module, file, place }, path, new Map([[DTYPE_ATTRIBUTE, array.dtype]]));
}

function widened(array: NDArray): DataArray {
  const dtype = array.dtype as 'float16' | 'bfloat16';
  return Float32Array.from(array.data as Uint16Array, (bits) => decodeFloat(dtype, bits));
}

function writeTextAttributes({ module, file }: Output, path: string, attributes: Attributes): void {
  for (const [name, value] of attributes) {
    if (typeof value !== 'string') continue;
    const type = {
      type: H5_CLASS.string,
      size: 4,
      signed: false,
      littleEndian: true,
      vlen: true,
      cset: 1,
      shape: [],
      maxshape: [],
    } as const;
    module.create_vlen_str_attribute(file, path, name, [value], type);
  }
}
