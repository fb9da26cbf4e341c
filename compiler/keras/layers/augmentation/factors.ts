// Ranges that random numbers are drawn from, with Keras's checks and messages.
import { NotImplementedError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { SeedGenerator } from '../../engine/seed-generator.ts';
import { type UniformOptions, uniform } from '../../random/index.ts';

/** Lower and upper end. */
export type Range = readonly [number, number];
/** One number, or both ends of a range. */
export type Factor = number | Range;

const isPair = (value: unknown): value is Range => Array.isArray(value) && value.length === 2;
const ascending = ([a, b]: Range): Range => (a <= b ? [a, b] : [b, a]);

/** A factor within bounds: a number f stands for [max(-f, low), f]. */
export function factorRange(factor: Factor | null | undefined, [low, high]: Range, name = 'factor'): Range {
  if (isPair(factor) && factor[0] <= high && factor[1] >= low) return ascending(factor);
  if (typeof factor === 'number' && factor >= low && factor <= high) return [Math.max(-Math.abs(factor), low), Math.abs(factor)];
  throw new ValueError(
    `The \`${name}\` argument should be a number (or a list of two numbers) in the range [${low}, ${high}]. Received: ${name}=${quote(factor)}`,
    { code: 'factor' },
  );
}

export interface StrictRange {
  readonly name: string;
  /** What Keras says of the argument. */
  readonly expected: string;
  readonly isAllowed: (value: number) => boolean;
  /** The range of a single number f. Default [-f, f]. */
  readonly fromNumber?: (value: number) => Range;
}

/** A factor both of whose ends are checked. */
export function strictRange(factor: unknown, { name, expected, isAllowed, fromNumber = (value) => [-value, value] }: StrictRange): Range {
  const refuse = (received: string): never => {
    throw new ValueError(`${expected} Received: ${received}`, { code: 'factor' });
  };
  if (typeof factor !== 'number' && !isPair(factor)) return refuse(`${name}=${quote(factor)}`);
  for (const value of typeof factor === 'number' ? [factor] : factor) if (!isAllowed(value)) refuse(`input_number=${value}`);
  return typeof factor === 'number' ? fromNumber(Math.abs(factor)) : ascending(factor);
}

/** The least and the largest value of a pixel. */
export function valueRange(range: unknown = [0, 255]): Range {
  if (isPair(range)) return ascending(range);
  throw new ValueError(`The \`value_range\` argument should be a list of two numbers. Received: value_range=${quote(range)}`, {
    code: 'value-range',
  });
}

/** Refuses names that are not among the choices, as Keras's layers do. */
export function requireSupported<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new NotImplementedError(`Unknown \`${name}\` ${value}. Expected of one (${choices.map((choice) => `'${choice}'`).join(', ')}).`, {
    code: 'arguments',
  });
}

/** Uniform numbers of a range. */
export const drawFrom = (shape: readonly number[], [minval, maxval]: Range, seed: SeedGenerator, options: UniformOptions = {}): Tensor =>
  uniform(shape, { minval, maxval, seed, ...options });
