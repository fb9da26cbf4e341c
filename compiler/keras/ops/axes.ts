// Axis arguments as Keras takes them: one number, a list, or none for all axes.
import { quote, ValueError } from '../../errors/index.ts';
import { normalizeAxis } from '../../ir/shape.ts';

export type Axis = number | readonly number[] | null;

export interface AxisOptions {
  /** The axis or axes to reduce; all of them by default. */
  readonly axis?: Axis;
  /** Keeps the reduced axes with size 1. */
  readonly keepdims?: boolean;
}

/** The axes as sorted numbers in 0..rank-1. */
export function axesOf(axis: Axis | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, index) => index);
  const axes = (typeof axis === 'number' ? [axis] : axis).map((item) => normalizeAxis(item, rank));
  if (new Set(axes).size !== axes.length)
    throw new ValueError(`\`axis\` names an axis twice. Received: axis=${quote(axis)}`, { code: 'axis' });
  return axes.sort((a, b) => a - b);
}

/** The shape with size 1 at the given axes. */
export const keptShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

/** Axes in the order given, normalised. */
export const axisList = (axis: number | readonly number[], rank: number): number[] =>
  (typeof axis === 'number' ? [axis] : axis).map((item) => normalizeAxis(item, rank));

/** `value` once per axis, or the list as given, which must have `length` entries. */
export function perAxis<T extends number>(value: T | readonly T[], length: number, name: string): T[] {
  const list = typeof value === 'number' ? new Array<T>(length).fill(value) : [...value];
  if (list.length !== length) {
    throw new ValueError(`The \`${name}\` argument must be a number or a list of ${length}. Received: ${name}=${quote(value)}`, {
      code: 'arguments',
    });
  }
  return list;
}
