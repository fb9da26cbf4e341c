// What one step works on: inputs, targets and sample weights, packed as Keras packs them.
import { ValueError } from '../../errors/index.ts';
import { isPlainObject, type Nested } from '../engine/structure.ts';

/** `x`, `[x]`, `[x, y]` or `[x, y, sampleWeight]`. */
export type StepData<T> = Nested<T> | readonly (Nested<T> | null | undefined)[];

/** The parts of a step's data; what is not there is undefined. */
export type UnpackedData<T> = readonly [x: Nested<T>, y: Nested<T> | undefined, sampleWeight: Nested<T> | undefined];

/**
 * Inputs, targets and sample weights of a step's data, as `keras.utils.unpack_x_y_sample_weight`.
 *
 * @example const [x, y] = unpackXYSampleWeight(data);
 */
export function unpackXYSampleWeight<T>(data: StepData<T>): UnpackedData<T> {
  if (!Array.isArray(data)) return [data as Nested<T>, undefined, undefined];
  const parts = data as readonly Nested<T>[];
  if (parts.length >= 1 && parts.length <= 3) return [parts[0] as Nested<T>, parts[1] ?? undefined, parts[2] ?? undefined];
  throw new ValueError(
    `Data is expected to be in format \`x\`, \`(x,)\`, \`(x, y)\`, or \`(x, y, sample_weight)\`, found a list of ${parts.length} elements.`,
    { code: 'step-data' },
  );
}

/** The way back: inputs alone stay as they are, unless they are a list. */
export function packXYSampleWeight<T>(x: Nested<T>, y?: Nested<T> | null, sampleWeight?: Nested<T> | null): StepData<T> {
  if (y === undefined || y === null) return Array.isArray(x) ? ([x] as Nested<T>) : x;
  return sampleWeight === undefined || sampleWeight === null ? [x, y] : [x, y, sampleWeight];
}

/** Whether a value is a list or a dictionary of others. */
export const isNested = (value: unknown): value is readonly unknown[] | Readonly<Record<string, unknown>> =>
  Array.isArray(value) || isPlainObject(value);

/** Whether two structures have the same lists and the same keys. */
export function isSameStructure(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameStructure(item, b[index]));
  }
  if (isPlainObject(a)) {
    const keys = Object.keys(a);
    return isPlainObject(b) && keys.length === Object.keys(b).length && keys.every((key) => key in b && isSameStructure(a[key], b[key]));
  }
  return !isNested(b);
}

/** The structure in words, with a letter for every leaf. */
export const describeStructure = (structure: unknown): string =>
  JSON.stringify(structure, (_key, value: unknown) => (isNested(value) ? value : '*')) ?? '*';
