// Nested structures for users: arrays and plain objects of anything, objects in the order of their keys.
import { ValueError } from '../../errors/index.ts';
import { isPlainObject, mapStructure as mapLeaves, type Nested } from '../engine/structure.ts';

/** What `traverse` puts in the place of a part that becomes null. */
export const MAP_TO_NONE: unique symbol = Symbol('MAP_TO_NONE');

export type Path = readonly (string | number)[];

/** Whether the value is an array or a plain object. */
export const isNested = (structure: unknown): boolean => Array.isArray(structure) || isPlainObject(structure);

/** The leaves with the way to each. */
export function flattenWithPath<T>(structure: Nested<T>): [Path, T][] {
  const found: [Path, T][] = [];
  mapLeaves(structure, (leaf, path) => found.push([path, leaf]));
  return found;
}

/** The leaves in order. */
export const flatten = <T>(structure: Nested<T>): T[] => flattenWithPath(structure).map(([, leaf]) => leaf);

/**
 * Applies a function to the leaves of structures that are alike.
 *
 * @example tree.mapStructure((a, b) => a + b, { x: 1 }, { x: 2 }) // { x: 3 }
 */
export function mapStructure<T, R>(change: (...leaves: T[]) => R, ...structures: readonly Nested<T>[]): Nested<R> {
  const [first, ...others] = structures as readonly [Nested<T>, ...Nested<T>[]];
  for (const other of others) assertSameStructure(first, other);
  const leaves = others.map((other) => flatten(other));
  let next = 0;
  return mapLeaves(first, (leaf) => {
    const rest = leaves.map((list) => list[next] as T);
    next += 1;
    return change(leaf, ...rest);
  });
}

/** Like `mapStructure` with the leaves of the first structure; what stands below them in the others is passed whole. */
export function mapStructureUpTo<T, R>(
  shallow: Nested<unknown>,
  change: (...parts: T[]) => R,
  ...structures: readonly Nested<T>[]
): Nested<R> {
  return mapLeaves(shallow, (_, path) => change(...structures.map((structure) => partAt(structure, path) as T)));
}

function partAt(structure: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => {
    if (isNested(part) && Object.hasOwn(part as object, key)) return (part as Record<string | number, unknown>)[key];
    throw new ValueError(`The structures don't have the same nested structure: nothing stands at ${path.join('.')}.`, {
      code: 'structure',
    });
  }, structure);
}

/** The structure of `structure` filled with the values of a list. */
export function packSequenceAs<T>(structure: Nested<unknown>, flatSequence: readonly T[]): Nested<T> {
  const count = flatten(structure).length;
  if (count !== flatSequence.length) {
    throw new ValueError(`Could not pack sequence. Structure had ${count} atoms, but flat_sequence had ${flatSequence.length} items.`, {
      code: 'structure',
    });
  }
  let next = 0;
  return mapLeaves(structure, () => flatSequence[next++] as T);
}

/** Throws ValueError where two structures are not alike. */
export function assertSameStructure(a: Nested<unknown>, b: Nested<unknown>): void {
  if (describe(a) === describe(b)) return;
  throw new ValueError(`The two structures don't have the same nested structure. First: ${describe(a)}. Second: ${describe(b)}.`, {
    code: 'structure',
  });
}

/** The structure in text, leaves as `*`; null is a leaf. */
function describe(structure: Nested<unknown>): string {
  if (Array.isArray(structure)) return `[${structure.map(describe).join(', ')}]`;
  if (!isPlainObject(structure)) return '*';
  const entries = Object.entries(structure as Record<string, Nested<unknown>>).sort(([x], [y]) => (x < y ? -1 : 1));
  return `{${entries.map(([key, value]) => `${key}: ${describe(value)}`).join(', ')}}`;
}

/** Throws ValueError where the ways to the leaves differ; arrays and objects with numbers for keys are alike. */
export function assertSamePaths(a: Nested<unknown>, b: Nested<unknown>): void {
  const [first, second] = [a, b].map((structure) => new Set(flattenWithPath(structure).map(([path]) => path.join('.')))) as [
    Set<string>,
    Set<string>,
  ];
  const onlyFirst = [...first].filter((path) => !second.has(path));
  const onlySecond = [...second].filter((path) => !first.has(path));
  if (onlyFirst.length === 0 && onlySecond.length === 0) return;
  throw new ValueError(
    `\`a\` and \`b\` don't have the same paths. Found in \`a\` and not in \`b\`: ${onlyFirst.join(', ')}. Found in \`b\` and not in \`a\`: ${onlySecond.join(', ')}`,
    { code: 'structure' },
  );
}

/** Applies a function to shapes, the arrays of sizes and nulls, in a structure. */
export function mapShapeStructure<R>(change: (shape: readonly (number | null)[]) => R, structure: unknown): unknown {
  if (Array.isArray(structure) && structure.every((dim) => dim === null || typeof dim === 'number')) {
    return change(structure as readonly (number | null)[]);
  }
  if (Array.isArray(structure)) return structure.map((item) => mapShapeStructure(change, item));
  if (!isPlainObject(structure)) throw new ValueError(`Cannot map function to unknown objects ${String(structure)}`, { code: 'structure' });
  return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, mapShapeStructure(change, item)]));
}

/** The structure itself: JavaScript has no tuples. */
export const listsToTuples = <T>(structure: T): T => structure;

/**
 * Applies a function to parts of a structure, the outer ones first (or last). Where it returns null or undefined the part
 * stays and its own parts are visited; `MAP_TO_NONE` makes it null.
 */
export function traverse(
  change: (part: unknown) => unknown,
  structure: unknown,
  { topDown = true }: { readonly topDown?: boolean } = {},
): unknown {
  if (topDown) {
    const result = change(structure);
    return isAbsent(result) ? inner(structure, (part) => traverse(change, part)) : resultOf(result);
  }
  const walked = inner(structure, (part) => traverse(change, part, { topDown: false }));
  const result = change(walked);
  return isAbsent(result) ? walked : resultOf(result);
}

const isAbsent = (value: unknown): boolean => value === null || value === undefined;
const resultOf = (value: unknown): unknown => (value === MAP_TO_NONE ? null : value);

function inner(structure: unknown, walk: (part: unknown) => unknown): unknown {
  if (Array.isArray(structure)) return structure.map(walk);
  if (!isPlainObject(structure)) return structure;
  return Object.fromEntries(Object.entries(structure).map(([key, part]) => [key, walk(part)]));
}
