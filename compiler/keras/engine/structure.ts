// Nested structures of tensors: one value, arrays and plain objects of them, walked in Keras's order (keys sorted).

/** A `T`, or arrays and plain objects of such. */
export type Nested<T> = T | readonly Nested<T>[] | { readonly [key: string]: Nested<T> };

/** An object that holds others by name. A host array (dtype, shape, data) is a value, not a structure. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return false;
  return !('shape' in value && 'data' in value && ArrayBuffer.isView(value.data));
}

/** The leaves in order: arrays by index, objects by sorted key. */
export function flatten<T>(structure: Nested<T>): T[] {
  const leaves: T[] = [];
  mapStructure(structure, (leaf) => leaves.push(leaf));
  return leaves;
}

/** The same structure with every leaf replaced. Leaves are visited in the order of `flatten`. */
export function mapStructure<T, R>(structure: Nested<T>, change: (leaf: T, path: readonly (string | number)[]) => R): Nested<R> {
  const walk = (value: Nested<T>, path: readonly (string | number)[]): Nested<R> => {
    if (Array.isArray(value)) return (value as readonly Nested<T>[]).map((item, index) => walk(item, [...path, index]));
    if (isPlainObject(value)) {
      const object = value as Record<string, Nested<T>>;
      const changed = new Map(
        Object.keys(object)
          .sort()
          .map((key) => [key, walk(object[key] as Nested<T>, [...path, key])]),
      );
      return Object.fromEntries(Object.keys(object).map((key) => [key, changed.get(key) as Nested<R>]));
    }
    return change(value as T, path);
  };
  return walk(structure, []);
}

/** The structure of `like` filled with `leaves`, given in the order of `flatten`. */
export function packLike<T>(like: Nested<unknown>, leaves: readonly T[]): Nested<T> {
  let next = 0;
  return mapStructure(like, () => leaves[next++] as T);
}

/** Whether some value inside arrays and plain objects satisfies `test`. Arrays of numbers are not searched. */
export function someLeaf(value: unknown, test: (leaf: unknown) => boolean): boolean {
  if (Array.isArray(value)) {
    return typeof value[0] !== 'number' && value.some((item) => someLeaf(item, test));
  }
  if (isPlainObject(value)) return Object.values(value).some((item) => someLeaf(item, test));
  return test(value);
}
