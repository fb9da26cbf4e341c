// An HDF5 file as plain data: groups, arrays and attributes.
import type { NDArray } from '../ir/ndarray.ts';
import type { Attributes } from './model-file.ts';

export interface Hdf5Group {
  readonly attributes: Attributes;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly arrays: ReadonlyMap<string, NDArray>;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const isHdf5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** The memory of all arrays below a group, to hand over to another thread. */
export function arrayBuffers(group: Hdf5Group): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (current: Hdf5Group): void => {
    for (const array of current.arrays.values()) buffers.add(array.data.buffer as ArrayBuffer);
    for (const child of current.groups.values()) collect(child);
  };
  collect(group);
  return [...buffers];
}
