// The (before, after) pairs that padding and cropping layers take, in all the forms that Keras allows.
import { ValueError } from '../../../errors/index.ts';
import { asTuple, standardizeTuple } from '../arguments.ts';

export type Pair = readonly [number, number];
/** One number for all sides, one per axis, or a pair per axis. */
export type SpatialPairs = number | readonly (number | readonly number[])[];

const ORDINALS = ['1st', '2nd', '3rd'];
const COUNTS = ['', 'one element', 'two elements', 'three elements'];

/** A pair per spatial axis. */
export function spatialPairs(value: SpatialPairs, rank: number, name: string): Pair[] {
  const pair = (entry: unknown, label: string): Pair => standardizeTuple(entry, 2, label, { allowZero: true }) as unknown as Pair;
  if (rank === 1) return [pair(value, name)];
  if (typeof value === 'number') {
    if (value < 0) throw new ValueError(`\`${name}\` cannot be negative. Received: ${name}=${value}.`, { code: 'arguments' });
    return new Array<Pair>(rank).fill([value, value]);
  }
  if (!Array.isArray(value)) {
    throw new ValueError(
      `\`${name}\` should be either an int, a tuple of ${rank} ints, or a tuple of ${rank} tuples of 2 ints. Received: ${name}=${asTuple(value)}.`,
      {
        code: 'arguments',
      },
    );
  }
  if (value.length !== rank)
    throw new ValueError(`\`${name}\` should have ${COUNTS[rank]}. Received: ${name}=${asTuple(value)}.`, { code: 'arguments' });
  return value.map((entry, axis) => pair(entry, `${ORDINALS[axis]} entry of ${name}`));
}
