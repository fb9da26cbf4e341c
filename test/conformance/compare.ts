// Compares what kerasc computed with what Keras did, as the README of the data says.
import { StringTensor } from '../../compiler/keras/engine/string-tensor.ts';
import { flatIndexToText, hostValues, isTensorValue, typeOf } from './host-values.ts';

export interface Closeness {
  /** |a - b| <= tolerance * max(1, largest finite |b|). */
  readonly tolerance: number;
  /** The share of elements that may differ: nearest neighbours flip where a coordinate lies on an edge. */
  readonly outliers?: number;
}

/** Everything in which `actual` differs from `expected`, in words. Structures are walked in step. */
export function differences(actual: unknown, expected: unknown, closeness: Closeness, path = 'output'): string[] {
  if (expected instanceof StringTensor) return stringDifferences(actual, expected, path);
  if (isTensorValue(expected)) return tensorDifferences(actual, expected, closeness, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual))
      return isTensorValue(actual)
        ? numberDifferences(actual, expected, closeness, path)
        : [`${path} is ${describe(actual)}, expected a list`];
    if (actual.length !== expected.length) return [`${path} has ${actual.length} elements, expected ${expected.length}`];
    return expected.flatMap((item, index) => differences(actual[index], item, closeness, `${path}.${index}`));
  }
  if (typeof expected === 'object' && expected !== null)
    return objectDifferences(actual, expected as Record<string, unknown>, closeness, path);
  return scalarDifferences(actual, expected, closeness, path);
}

function stringDifferences(actual: unknown, expected: StringTensor, path: string): string[] {
  if (!(actual instanceof StringTensor)) return [`${path} is ${describe(actual)}, expected strings`];
  if (actual.shape.join() !== expected.shape.join()) return [`${path} has shape [${actual.shape}], expected [${expected.shape}]`];
  const at = expected.data.findIndex((text, index) => text !== actual.data[index]);
  return at < 0 ? [] : [`${path}.${at} is ${describe(actual.data[at])}, expected ${describe(expected.data[at])}`];
}

function objectDifferences(actual: unknown, expected: Record<string, unknown>, closeness: Closeness, path: string): string[] {
  if (typeof actual !== 'object' || actual === null) return [`${path} is ${describe(actual)}, expected an object`];
  return Object.keys(expected).flatMap((key) =>
    differences((actual as Record<string, unknown>)[key], expected[key], closeness, `${path}.${key}`),
  );
}

function scalarDifferences(actual: unknown, expected: unknown, { tolerance }: Closeness, path: string): string[] {
  if (expected === null) return actual === null || actual === undefined ? [] : [`${path} is ${describe(actual)}, expected none`];
  const found = isTensorValue(actual) && hostValues(actual).length === 1 ? hostValues(actual)[0] : actual;
  if (typeof expected === 'number' && (typeof found === 'number' || typeof found === 'bigint' || typeof found === 'boolean')) {
    return isClose(Number(found), expected, tolerance * Math.max(1, Math.abs(expected)))
      ? []
      : [`${path} is ${found}, expected ${expected}`];
  }
  if (typeof expected === 'boolean' && typeof found === 'number')
    return Boolean(found) === expected ? [] : [`${path} is ${found}, expected ${expected}`];
  return found === expected ? [] : [`${path} is ${describe(actual)}, expected ${describe(expected)}`];
}

/** A list of numbers where kerasc gives a tensor. */
function numberDifferences(actual: unknown, expected: readonly unknown[], closeness: Closeness, path: string): string[] {
  const values = hostValues(actual as never);
  const wanted = (expected as unknown[]).flat(Number.POSITIVE_INFINITY);
  if (values.length !== wanted.length) return [`${path} has ${values.length} elements, expected ${wanted.length}`];
  return wanted.flatMap((item, index) => scalarDifferences(values[index], item, closeness, `${path}.${index}`));
}

function tensorDifferences(actual: unknown, expected: unknown, closeness: Closeness, path: string): string[] {
  if (!isTensorValue(actual)) {
    const wanted = hostValues(expected as never);
    if (wanted.length === 1 && typeof actual !== 'object') return scalarDifferences(actual, Number(wanted[0]), closeness, path);
    return [`${path} is ${describe(actual)}, expected a tensor`];
  }
  const found = typeOf(actual);
  const wanted = typeOf(expected as never);
  if (found.dtype !== wanted.dtype) return [`${path} has dtype ${found.dtype}, expected ${wanted.dtype}`];
  if (found.shape.join() !== wanted.shape.join()) return [`${path} has shape [${found.shape}], expected [${wanted.shape}]`];
  return valueDifferences(hostValues(actual), hostValues(expected as never), wanted.shape, closeness, path, wanted.dtype.includes('float'));
}

type Values = ArrayLike<number | bigint>;

function valueDifferences(
  actual: Values,
  expected: Values,
  shape: readonly number[],
  closeness: Closeness,
  path: string,
  isFloat: boolean,
): string[] {
  const bound = isFloat ? closeness.tolerance * Math.max(1, largestFinite(expected)) : 0;
  let wrong = 0;
  let worst = 0;
  let worstAt = -1;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number | bigint;
    const b = expected[i] as number | bigint;
    if (a === b || (isFloat && isClose(Number(a), Number(b), bound))) continue;
    wrong++;
    const distance = Math.abs(Number(a) - Number(b));
    if (worstAt < 0 || distance > worst || Number.isNaN(distance)) [worst, worstAt] = [distance, i];
  }
  if (wrong <= (closeness.outliers ?? 0) * expected.length) return [];
  const place = flatIndexToText(worstAt, shape);
  return [
    `${path} differs in ${wrong} of ${expected.length} elements, most at ${place}: ${actual[worstAt]}, expected ${expected[worstAt]}`,
  ];
}

function isClose(a: number, b: number, bound: number): boolean {
  if (Number.isNaN(b)) return Number.isNaN(a);
  return a === b || Math.abs(a - b) <= bound;
}

function largestFinite(values: Values): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(Number(values[i]));
    if (value > largest && value < Number.POSITIVE_INFINITY) largest = value;
  }
  return largest;
}

function describe(value: unknown): string {
  if (isTensorValue(value)) return `a tensor ${typeOf(value).dtype}[${typeOf(value).shape}]`;
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
