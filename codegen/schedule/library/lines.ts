// A buffer seen as lines along one axis: outer * inner of them, their elements `inner` apart.
import { add, advance, INDEX, local, mul } from '../../kernel-ir/build.ts';
import type { Expr, Parameter } from '../../kernel-ir/types.ts';
import type { ScheduledArgument } from '../scheduled.ts';

export interface Lines {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

export function linesAlong(shape: readonly number[], axis: number): Lines {
  const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
  return { outer: count(shape.slice(0, axis)), extent: shape[axis] as number, inner: count(shape.slice(axis + 1)) };
}

export const isEmpty = ({ outer, extent, inner }: Lines): boolean => outer * extent * inner === 0;

/** Functions over lines take the extent and the distance of elements as numbers, so that all shapes share them. */
export const LINE_PARAMETERS: readonly Parameter[] = [
  { name: 'extent', type: INDEX },
  { name: 'inner', type: INDEX },
];
export const EXTENT = local('extent', INDEX);
export const INNER = local('inner', INDEX);

export const lineArguments = ({ extent, inner }: Lines): ScheduledArgument[] => [
  { kind: 'number', value: extent },
  { kind: 'number', value: inner },
];

/** The first element of line (outer, inner). */
export function lineStart(pointer: Expr, outer: Expr, inner: Expr): Expr {
  return advance(pointer, add(mul(mul(outer, EXTENT), INNER), inner));
}

/** Element `position` of a line. */
export const elementOf = (line: Expr, position: Expr): Expr => advance(line, mul(position, INNER));
