// The part of h5wasm's low-level module that is used here: thin bindings of the HDF5 C functions.

export interface H5Type {
  /** Class of the HDF5 C library, one of `H5_CLASS`. */
  readonly type: number;
  /** Bytes of an element in the file; of a pointer where `vlen`. */
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** A string of variable length. */
  readonly vlen: boolean;
  readonly enum_type?: { readonly type: number; readonly members: Readonly<Record<string, number>> };
}

export interface H5Space extends H5Type {
  /** Null for HDF5's empty dataspace. */
  readonly shape: readonly number[] | null;
  readonly total_size: number;
  readonly virtual_sources?: readonly unknown[];
}

export interface H5WriteType {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: true;
  readonly vlen: boolean;
  readonly cset?: number;
  readonly shape: readonly bigint[];
  readonly maxshape: readonly bigint[];
}

export interface H5FileSystem {
  writeFile(path: string, bytes: Uint8Array, options: { canOwn: boolean }): void;
  readFile(path: string): Uint8Array;
  readFile(path: string, options: { encoding: 'utf8' }): string;
  unlink(path: string): void;
  truncate(path: string, length: number): void;
  open(path: string, flags: string): unknown;
  close(stream: unknown): void;
  getStream(fd: number): unknown;
  llseek(stream: unknown, offset: number, whence: number): void;
}

export interface H5Module {
  readonly FS: H5FileSystem;
  /** A view that is replaced when the memory grows: read it anew after every call. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(path: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  close_file(file: bigint): number;
  flush(file: bigint): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_symbolic_link(file: bigint, path: string): string | null;
  get_external_link(file: bigint, path: string): { readonly filename?: string };
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): H5Space;
  get_attribute_data(file: bigint, path: string, name: string, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: string): H5Space;
  get_dataset_data(file: bigint, path: string, count: null, offset: null, strides: null, pointer: bigint): number;
  reclaim_vlen_memory(file: bigint, path: string, attribute: string, pointer: bigint): number;
  create_group(file: bigint, path: string, trackOrder: boolean): number;
  create_dataset(file: bigint, path: string, pointer: bigint, type: H5WriteType): number;
  create_vlen_str_attribute(file: bigint, path: string, name: string, texts: readonly string[], type: H5WriteType): number;
}

export const H5_CLASS = { integer: 0, float: 1, string: 3, opaque: 5, enum: 8 } as const;
export const H5_OBJECT = { group: 0, dataset: 1, namedType: 2 } as const;
export const H5_MODE = { read: 0, truncate: 2 } as const;
