// Checks of constructor arguments, with Keras's messages.
import { quote, ValueError } from '../../errors/index.ts';
import { isPlainObject } from '../engine/structure.ts';

const fail = (message: string): never => {
  throw new ValueError(message, { code: 'arguments' });
};

/** A value as Python prints it: arrays as tuples. */
export function asTuple(value: unknown): string {
  if (!Array.isArray(value))
    return typeof value === 'number' || typeof value === 'string' ? String(value) : value === null ? 'None' : quote(value);
  const items = value.map(asTuple);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

/** One integer for all axes, or one per axis, as a list of `count`. */
export function standardizeTuple(value: unknown, count: number, name: string, { allowZero = false } = {}): number[] {
  const message = `The \`${name}\` argument must be a tuple of ${count} integers. Received ${name}=${asTuple(value)}`;
  const list = typeof value === 'number' ? new Array<unknown>(count).fill(value) : value;
  if (!Array.isArray(list) || list.length !== count || !list.every((item) => Number.isInteger(item))) return fail(message);
  const numbers = list as number[];
  const wrong = [...new Set(numbers.filter((item) => (allowZero ? item < 0 : item <= 0)))];
  if (wrong.length > 0)
    fail(`${message}, including values {${wrong.join(', ')}} that do not satisfy \`value ${allowZero ? '>= 0' : '> 0'}\``);
  return numbers;
}

/** A padding mode in lower case. */
export function standardizePadding<P extends string>(value: string, allowed: readonly P[]): P {
  const padding = String(value).toLowerCase() as P;
  if (allowed.includes(padding)) return padding;
  return fail(
    `The \`padding\` argument must be a list/tuple or one of {${allowed.map((item) => `'${item}'`).join(', ')}}. Received: ${padding}`,
  );
}

/** Refuses what is not a positive integer; `message` says what was expected. */
export function requirePositiveInteger(value: unknown, message: string): number {
  if (value === undefined) throw new TypeError(`missing 1 required positional argument. ${message}`);
  if (!Number.isInteger(value) || (value as number) <= 0) fail(message);
  return value as number;
}

/**
 * The options of a layer whose first argument is optional and may be given alone:
 * `new MaxPooling2D(2)`, `new MaxPooling2D(2, { strides: 1 })` and `new MaxPooling2D({ poolSize: 2 })`.
 */
export function withFirst<K extends string, O extends object>(key: K, first: unknown, options: O | undefined): O {
  if (isPlainObject(first)) return first as O;
  return (first === undefined ? (options ?? {}) : { ...options, [key]: first }) as O;
}

/** A probability. */
export function requireRate(value: number, name: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    fail(`Invalid value received for argument \`${name}\`. Expected a float value between 0 and 1. Received: ${name}=${asTuple(value)}`);
  }
  return value;
}
