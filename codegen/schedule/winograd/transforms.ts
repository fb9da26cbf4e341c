// Winograd's transforms for 3x3 filters, written out so that common sums are computed once.
//
// Lavin and Gray 2015, section 4: Y = A^T [(G g G^T) * (B^T d B)] A, points 0, 1, -1 (and 2, -2 for F(4x4)).
import { add, constant, type Expr, mul, mulAdd, type register, sub } from '../../kernel-ir/index.ts';

export type Edge = 2 | 4;

const times = (factor: number, value: Expr): Expr => mul(value, constant(factor, value.type as ReturnType<typeof register>));
/** factor * value + rest */
const plusTimes = (factor: number, value: Expr, rest: Expr): Expr =>
  mulAdd(value, constant(factor, value.type as ReturnType<typeof register>), rest);

/** B^T d for one column of an input tile; `bind` names a common sum. */
export function inputTransform(edge: Edge, d: readonly Expr[], bind: (value: Expr) => Expr): readonly Expr[] {
  if (edge === 2) {
    const [d0, d1, d2, d3] = d as [Expr, Expr, Expr, Expr];
    return [sub(d0, d2), add(d1, d2), sub(d2, d1), sub(d1, d3)];
  }
  const [d0, d1, d2, d3, d4, d5] = d as [Expr, Expr, Expr, Expr, Expr, Expr];
  const even = bind(plusTimes(-4, d2, d4));
  const odd = bind(plusTimes(-4, d1, d3));
  const evenDifference = bind(sub(d4, d2));
  const oddDifference = bind(times(2, sub(d3, d1)));
  return [
    plusTimes(4, d0, plusTimes(-5, d2, d4)),
    add(even, odd),
    sub(even, odd),
    add(evenDifference, oddDifference),
    sub(evenDifference, oddDifference),
    plusTimes(4, d1, plusTimes(-5, d3, d5)),
  ];
}

/** A^T m for one column of products. */
export function outputTransform(edge: Edge, m: readonly Expr[], bind: (value: Expr) => Expr): readonly Expr[] {
  if (edge === 2) {
    const [m0, m1, m2, m3] = m as [Expr, Expr, Expr, Expr];
    return [add(add(m0, m1), m2), sub(sub(m1, m2), m3)];
  }
  const [m0, m1, m2, m3, m4, m5] = m as [Expr, Expr, Expr, Expr, Expr, Expr];
  const sum1 = bind(add(m1, m2));
  const difference1 = bind(sub(m1, m2));
  const sum2 = bind(add(m3, m4));
  const difference2 = bind(sub(m3, m4));
  return [
    add(add(m0, sum1), sum2),
    plusTimes(2, difference2, difference1),
    plusTimes(4, sum2, sum1),
    plusTimes(8, difference2, add(difference1, m5)),
  ];
}

const FILTER_4 = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
] as const;
const FILTER_2 = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
] as const;

/** The filter matrix G. */
export const filterMatrix = (edge: Edge): readonly (readonly [number, number, number])[] => (edge === 4 ? FILTER_4 : FILTER_2);
