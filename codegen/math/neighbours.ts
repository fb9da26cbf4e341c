// Functions of a float's representation: the next representable number, the sign.
import { binary, compare, select, unary } from '../kernel-ir/build.ts';
import type { Expr, MemoryType } from '../kernel-ir/types.ts';
import type { Floats } from './floats.ts';

/** -1, 0 or 1; NaN and zeros stay as they are. */
export function sign(floats: Floats, x: Expr): Expr {
  return floats.select(floats.compare('gt', x, 0), 1, floats.select(floats.compare('lt', x, 0), -1, x));
}

interface Spacing {
  /** The next number after 0. */
  readonly smallest: number;
  /** Bits of the register that are zero in all numbers of the type. */
  readonly unusedBits: number;
  /** Below this the numbers are `smallest` apart, although the register's are closer. */
  readonly evenBelow: number;
  readonly largest: number;
}

const SPACINGS: Partial<Record<MemoryType, Spacing>> = {
  f64: { smallest: 2 ** -1074, unusedBits: 0, evenBelow: 0, largest: Number.MAX_VALUE },
  f32: { smallest: 2 ** -149, unusedBits: 0, evenBelow: 0, largest: (2 - 2 ** -23) * 2 ** 127 },
  bf16: { smallest: 2 ** -133, unusedBits: 16, evenBelow: 0, largest: (2 - 2 ** -7) * 2 ** 127 },
  f16: { smallest: 2 ** -24, unusedBits: 13, evenBelow: 2 ** -14, largest: 65504 },
};

/** The neighbour of x in memory type `type` on the way to y. */
export function nextAfter(floats: Floats, x: Expr, y: Expr, type: MemoryType): Expr {
  const spacing = SPACINGS[type] as Spacing;
  const grows = floats.keep(compare('gt', y, x));
  const isPositive = floats.compare('gt', x, 0);
  const movesAway = floats.keep(unary('not', binary('xor', grows, isPositive)));
  const unit = (value: number): Expr => floats.bitConstant(floats.isDouble ? BigInt(value) : value);
  const step = 2 ** spacing.unusedBits;
  const moved = floats.fromBits(binary('add', floats.bitsOf(x), select(movesAway, unit(step), unit(-step))));
  const fromZero = floats.select(grows, spacing.smallest, -spacing.smallest);
  const fine =
    spacing.evenBelow === 0 ? moved : floats.select(isEvenlySpaced(floats, x, movesAway, spacing), floats.add(x, fromZero), moved);
  const isInfinite = floats.compare('eq', floats.unary('abs', x), Number.POSITIVE_INFINITY);
  const finite = floats.select(isInfinite, floats.copySign(floats.constant(spacing.largest), x), fine);
  const next = floats.select(floats.compare('eq', x, 0), fromZero, finite);
  const isNumber = floats.keep(binary('and', compare('eq', x, x), compare('eq', y, y)));
  return floats.select(floats.compare('eq', x, y), y, floats.select(isNumber, next, Number.NaN));
}

function isEvenlySpaced(floats: Floats, x: Expr, movesAway: Expr, { evenBelow }: Spacing): Expr {
  const magnitude = floats.unary('abs', x);
  const atEdge = binary('and', compare('eq', magnitude, floats.constant(evenBelow)), unary('not', movesAway));
  return floats.keep(binary('or', compare('lt', magnitude, floats.constant(evenBelow)), atEdge));
}

/** Neither infinite nor NaN. */
export function isFinite(floats: Floats, x: Expr): Expr {
  return floats.compare('lt', floats.unary('abs', x), Number.POSITIVE_INFINITY);
}
