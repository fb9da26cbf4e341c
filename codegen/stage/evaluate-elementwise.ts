// The meaning of every elementwise operation on one element, in plain JavaScript: floats in double, rounded to their type;
// 64-bit integers as bigint; bool as 0 or 1.
import { type Lane, narrowLane } from '../kernel-ir/arithmetic.ts';
import { roundHalfEven } from '../kernel-ir/half.ts';
import type { MemoryType } from '../kernel-ir/types.ts';
import { digamma, erf, erfInv, lgamma } from './special-functions.ts';
import type { ElementwiseName } from './stage.ts';

export const isFloatType = (type: MemoryType): boolean => type === 'f32' || type === 'f64' || type === 'f16' || type === 'bf16';
export const isWideInteger = (type: MemoryType): boolean => type === 'i64' || type === 'u64';

/** Rounds a float, or wraps an integer, to what the type can hold. */
export function fitType(type: MemoryType, value: Lane): Lane {
  switch (type) {
    case 'bool':
      return value ? 1 : 0;
    case 'f64':
      return value;
    case 'f32':
      return Math.fround(Number(value));
    case 'i32':
      return Number(value) | 0;
    case 'u32':
      return Number(value) >>> 0;
    case 'i64':
      return BigInt.asIntN(64, BigInt(value));
    case 'u64':
      return BigInt.asUintN(64, BigInt(value));
    case 'f16':
    case 'bf16':
      return narrowLane(type, Math.fround(Number(value)));
    default:
      return narrowLane(type, Number(value));
  }
}

/** The operation on operands of `operand` type; `select` has its condition first. */
export function evaluateElementwise(op: ElementwiseName, operand: MemoryType, type: MemoryType, args: readonly Lane[]): Lane {
  const [a, b, c] = args as [Lane, Lane, Lane];
  if (op === 'select') return a ? b : c;
  if (op in COMPARISONS) return COMPARISONS[op as keyof typeof COMPARISONS](a, b) ? 1 : 0;
  if (op === 'is_finite') return Number.isFinite(a) ? 1 : 0;
  if (isFloatType(operand))
    return fitType(type, op === 'next_after' ? nextAfter(type, a as number, b as number) : evaluateFloat(op, a as number, b as number));
  if (operand === 'bool') return evaluateBool(op, a as number, b as number);
  return evaluateInteger(op, type, a, b);
}

const COMPARISONS = {
  equal: (a: Lane, b: Lane) => a === b,
  not_equal: (a: Lane, b: Lane) => a !== b,
  less: (a: Lane, b: Lane) => a < b,
  less_equal: (a: Lane, b: Lane) => a <= b,
  greater: (a: Lane, b: Lane) => a > b,
  greater_equal: (a: Lane, b: Lane) => a >= b,
};

const FLOAT_UNARY: Partial<Record<ElementwiseName, (x: number) => number>> = {
  abs: Math.abs,
  negative: (x) => -x,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sigmoid: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  tanh: Math.tanh,
  erf,
  erf_inv: erfInv,
  lgamma,
  digamma,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
};

function evaluateFloat(op: ElementwiseName, a: number, b: number): number {
  const unary = FLOAT_UNARY[op];
  if (unary) return unary(a);
  switch (op) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return a / b;
    case 'remainder':
      return a % b;
    case 'power':
      return power(a, b);
    case 'maximum':
      return Math.max(a, b);
    case 'minimum':
      return Math.min(a, b);
    case 'atan2':
      return Math.atan2(a, b);
    default:
      throw new Error(`kerasc bug: ${op} of floats`);
  }
}

/** C's pow, which knows 1 to any power and -1 to an infinite one; JavaScript gives NaN there. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

/** The neighbour of `a` in its type in the direction of `b`. */
function nextAfter(type: MemoryType, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return b;
  const up = b > a;
  const smallest = { f64: 2 ** -1074, f32: 2 ** -149, f16: 2 ** -24, bf16: 2 ** -133 }[type as 'f64'];
  if (a === 0) return up ? smallest : -smallest;
  const precision = { f64: 52, f32: 23, f16: 10, bf16: 7 }[type as 'f64'];
  const lowest = { f64: -1022, f32: -126, f16: -14, bf16: -126 }[type as 'f64'];
  if (!Number.isFinite(a)) return Math.sign(a) * (2 - 2 ** -precision) * 2 ** { f64: 1023, f32: 127, f16: 15, bf16: 127 }[type as 'f64'];
  let exponent = Math.floor(Math.log2(Math.abs(a)));
  // The logarithm may round to a neighbouring power of two.
  if (2 ** exponent > Math.abs(a)) exponent--;
  if (2 ** (exponent + 1) <= Math.abs(a)) exponent++;
  const shrinks = up === a < 0;
  const below = shrinks && Math.abs(a) === 2 ** exponent && exponent > lowest ? exponent - 1 : exponent;
  return a + (up ? 1 : -1) * 2 ** (Math.max(below, lowest) - precision);
}

function evaluateBool(op: ElementwiseName, a: number, b: number): number {
  switch (op) {
    case 'not':
      return 1 - a;
    case 'and':
    case 'multiply':
    case 'minimum':
      return a & b;
    case 'or':
    case 'add':
    case 'maximum':
      return a | b;
    case 'xor':
      return a ^ b;
    default:
      throw new Error(`kerasc bug: ${op} of bool`);
  }
}

const BITS: Partial<Record<MemoryType, number>> = { i8: 8, u8: 8, i16: 16, u16: 16, i32: 32, u32: 32, i64: 64, u64: 64 };

/** All integers as bigint, wrapped at the end. */
function evaluateInteger(op: ElementwiseName, type: MemoryType, left: Lane, right: Lane): Lane {
  const width = BITS[type] as number;
  const isSigned = type.startsWith('i');
  const a = BigInt(left);
  const b = BigInt(right ?? 0);
  const exact = integerOperation(op, a, b, width);
  const wrapped = isSigned ? BigInt.asIntN(width, exact) : BigInt.asUintN(width, exact);
  return width === 64 ? wrapped : Number(wrapped);
}

function integerOperation(op: ElementwiseName, a: bigint, b: bigint, width: number): bigint {
  const isWide = b < 0n || b >= BigInt(width);
  switch (op) {
    case 'abs':
      return a < 0n ? -a : a;
    case 'negative':
      return -a;
    case 'sign':
      return a > 0n ? 1n : a < 0n ? -1n : 0n;
    case 'floor':
    case 'ceil':
    case 'round':
      return a;
    case 'not':
      return ~a;
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return b === 0n ? 0n : a / b;
    case 'remainder':
      return b === 0n ? 0n : a % b;
    case 'power':
      return integerPower(a, b, width);
    case 'maximum':
      return a > b ? a : b;
    case 'minimum':
      return a < b ? a : b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'shift_left':
      return isWide ? 0n : a << b;
    case 'shift_right':
      return isWide ? (a < 0n ? -1n : 0n) : a >> b;
    case 'shift_right_logical':
      return isWide ? 0n : BigInt.asUintN(width, a) >> b;
    default:
      throw new Error(`kerasc bug: ${op} of integers`);
  }
}

/** Wraps; a negative exponent gives the truncated quotient, and 0 to a negative power gives 0. */
function integerPower(base: bigint, exponent: bigint, width: number): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(width, result * square);
    square = BigInt.asIntN(width, square * square);
  }
  return result;
}

/** Conversion by value; integers wrap, floats saturate. */
export function evaluateCast(from: MemoryType, to: MemoryType, value: Lane): Lane {
  if (to === 'bool') return Number(value) !== 0 ? 1 : 0;
  if (isFloatType(to)) return typeof value === 'bigint' ? bigintToFloat(to, value) : fitType(to, value);
  if (!isFloatType(from)) return fitInteger(to, BigInt(value));
  return castFloatToInteger(to, value as number);
}

/** Truncates and saturates at the bounds of the type; NaN gives 0. */
function castFloatToInteger(to: MemoryType, value: number): Lane {
  if (Number.isNaN(value)) return fitInteger(to, 0n);
  const width = BigInt(BITS[to] as number);
  const [low, high] = to.startsWith('i') ? [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n] : [0n, 2n ** width - 1n];
  return fitInteger(to, value <= Number(low) ? low : value >= Number(high) ? high : BigInt(Math.trunc(value)));
}

function fitInteger(to: MemoryType, value: bigint): Lane {
  const width = BITS[to] as number;
  const wrapped = to.startsWith('i') ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  return width === 64 ? wrapped : Number(wrapped);
}

/** Through float64 except where that would round twice. */
function bigintToFloat(to: MemoryType, value: bigint): number {
  if (to === 'f64') return Number(value);
  const magnitude = value < 0n ? -value : value;
  const sticky = magnitude >= 2n ** 53n && (magnitude & 0xfffn) !== 0n ? 1n : 0n;
  const rounded = magnitude < 2n ** 53n ? Number(magnitude) : Number((magnitude >> 12n) | sticky) * 4096;
  return fitType(to, value < 0n ? -rounded : rounded) as number;
}
