// What data sets are made of: structures of tensors and strings, stacked to batches and cut apart again.
import { formatShape, quote, ValueError } from '../errors/index.ts';
import { allocate } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { elementCount, type Shape, sameShape } from '../ir/shape.ts';
import { isStringLike, StringTensor, toStringTensor } from '../keras/engine/string-tensor.ts';
import { flatten, isPlainObject, mapStructure, type Nested } from '../keras/engine/structure.ts';
import type { NestedNumbers, TensorLike } from '../keras/engine/tensor-like.ts';
import { toTensor } from '../keras/ops/convert.ts';
import { type Tensor, tensorOf } from '../trace/tensor.ts';

/** A part of an element, as batches hold it. */
export type Leaf = Tensor | StringTensor;

/** The structure with numbers and arrays of numbers as tensors, and strings as string tensors. */
export type Tensors<T> = T extends number | bigint | boolean | NDArray | NestedNumbers | ArrayBufferView
  ? Tensor
  : T extends string | readonly string[]
    ? StringTensor
    : T extends Leaf
      ? T
      : { [K in keyof T]: Tensors<T[K]> };

/** The structure with its leaves as tensors. An array of numbers, or of strings, is one leaf. */
export function toLeaves(structure: unknown): Nested<Leaf> {
  if (isStringLike(structure)) return toStringTensor(structure);
  if (Array.isArray(structure) && !isNumbers(structure)) return (structure as readonly unknown[]).map(toLeaves);
  if (!isPlainObject(structure)) return toTensor(structure as TensorLike);
  return Object.fromEntries(Object.entries(structure).map(([key, part]) => [key, toLeaves(part)]));
}

/** Whether a list is one array of numbers, however deep. */
function isNumbers(value: unknown): value is NestedNumbers {
  if (!Array.isArray(value) || value.length === 0) return false;
  const first = value[0] as unknown;
  return Array.isArray(first) ? isNumbers(first) : ['number', 'bigint', 'boolean'].includes(typeof first);
}

/** The number of rows that all leaves have. Throws ValueError where they differ. */
export function countRows(structure: Nested<Leaf>): number {
  const shapes = flatten(structure).map(({ shape }) => shape);
  const [first] = shapes;
  if (first && first.length > 0 && shapes.every(([rows]) => rows === first[0])) return first[0] as number;
  throw new ValueError(
    `All parts of the data need the same number of rows, along their first axis. Received: shapes ${shapes.map(formatShape).join(', ') || 'of nothing'}`,
    { code: 'dataset' },
  );
}

/** Row number `row` of every leaf: views, nothing is copied. */
export const rowOf = (structure: Nested<Leaf>, row: number): Nested<Leaf> => mapStructure(structure, (leaf) => sliceLeaf(leaf, row));

function sliceLeaf(leaf: Leaf, row: number): Leaf {
  const shape = leaf.shape.slice(1);
  const size = elementCount(shape);
  if (leaf instanceof StringTensor) return new StringTensor(shape, leaf.data.slice(row * size, (row + 1) * size));
  return tensorOf(leaf.dtype, shape, leaf.data.subarray(row * size, (row + 1) * size));
}

export interface StackOptions {
  /** Fills up parts of different sizes with this; without it they are an error. */
  readonly paddingValue?: number | string;
}

/** One structure whose leaves are those of all elements, stacked along a new first axis. */
export function stackElements(elements: readonly unknown[], options: StackOptions = {}): Nested<Leaf> {
  const structures = elements.map(toLeaves);
  const leaves = structures.map((structure) => flatten(structure));
  let next = 0;
  return mapStructure(structures[0] as Nested<Leaf>, () => {
    const place = next++;
    return stackLeaves(
      leaves.map((of) => of[place] as Leaf),
      options,
    );
  });
}

function stackLeaves(leaves: readonly Leaf[], { paddingValue }: StackOptions): Leaf {
  const shape = commonShape(leaves, paddingValue !== undefined);
  const size = elementCount(shape);
  const whole: Shape = [leaves.length, ...shape];
  if (leaves[0] instanceof StringTensor) {
    const data = new Array<string>(leaves.length * size).fill(String(paddingValue ?? ''));
    leaves.forEach((leaf, index) => {
      placeRows(leaf, shape, index * size, (from, to) => {
        data[to] = (leaf as StringTensor).data[from] as string;
      });
    });
    return new StringTensor(whole, data);
  }
  const tensors = leaves as readonly Tensor[];
  const dtype = (tensors[0] as Tensor).dtype;
  const data = allocate(dtype, leaves.length * size);
  if (paddingValue !== undefined) data.fill(toTensor(Number(paddingValue), dtype).data[0] as never);
  tensors.forEach((tensor, index) => {
    const { data: values } = toTensor(tensor, dtype);
    if (sameShape(tensor.shape, shape)) data.set(values as never, index * size);
    else
      placeRows(tensor, shape, index * size, (from, to) => {
        data[to] = values[from] as never;
      });
  });
  return tensorOf(dtype, whole, data);
}

/** The shape of all, or, where padding is allowed, the largest size of each axis. */
function commonShape(leaves: readonly Leaf[], mayPad: boolean): Shape {
  const [first] = leaves as readonly [Leaf, ...Leaf[]];
  if (leaves.every(({ shape }) => sameShape(shape, first.shape))) return first.shape;
  if (mayPad && leaves.every(({ rank }) => rank === first.rank)) {
    return first.shape.map((_, axis) => Math.max(...leaves.map(({ shape }) => shape[axis] as number)));
  }
  throw new ValueError(
    `Elements of a batch need the same shape. Received: ${quote(leaves.slice(0, 8).map(({ shape }) => formatShape(shape)))}`,
    { code: 'dataset', cure: 'Bring them to one shape with map, or use paddedBatch.' },
  );
}

/** Calls `place` for each element of a leaf with where it stands and where it goes in a block of a larger shape. */
function placeRows(leaf: Leaf, shape: Shape, start: number, place: (from: number, to: number) => void): void {
  const count = elementCount(leaf.shape);
  for (let from = 0; from < count; from++) {
    let [rest, to, stride] = [from, start, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = leaf.shape[axis] as number;
      to += (rest % size) * stride;
      rest = Math.floor(rest / size);
      stride *= shape[axis] as number;
    }
    place(from, to);
  }
}
