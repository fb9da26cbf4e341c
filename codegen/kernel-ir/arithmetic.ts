// The exact meaning of Kernel IR's operations on one lane. Floats are numbers rounded to their type, 64-bit integers are
// bigint, bool is 0 or 1. The interpreter applies these; emitters are tested against them.
import { fromBfloat16, fromFloat16, roundHalfEven, toBfloat16, toFloat16 } from './half.ts';
import type { BinaryOp, CompareOp, MemoryType, RegisterScalar, UnaryOp } from './types.ts';

/** What one lane of a register holds. */
export type Lane = number | bigint;

const is64 = (scalar: RegisterScalar): boolean => scalar === 'i64' || scalar === 'u64';
const isFloat = (scalar: RegisterScalar): boolean => scalar === 'f32' || scalar === 'f64';

/** Wraps an integer, or rounds a float, into its type. */
export function wrap(scalar: RegisterScalar, value: Lane): Lane {
  switch (scalar) {
    case 'f32':
      return Math.fround(value as number);
    case 'f64':
      return value;
    case 'i32':
      return (value as number) | 0;
    case 'u32':
      return (value as number) >>> 0;
    case 'i64':
      return BigInt.asIntN(64, value as bigint);
    case 'u64':
      return BigInt.asUintN(64, value as bigint);
    case 'index':
      if (!Number.isSafeInteger(value)) throw new Error(`kerasc bug: index arithmetic gave ${value}`);
      return value;
    case 'bool':
      return value ? 1 : 0;
    default:
      return scalar satisfies never;
  }
}

/** A constant as its type holds it; 64-bit integers may be given as numbers. */
export function constantLane(scalar: RegisterScalar, value: Lane): Lane {
  if (is64(scalar)) return wrap(scalar, BigInt(value));
  return wrap(scalar, Number(value));
}

export function applyUnary(op: UnaryOp, scalar: RegisterScalar, value: Lane): Lane {
  if (op === 'neg') return wrap(scalar, -value);
  if (op === 'abs') return wrap(scalar, value < 0 || Object.is(value, -0) ? -value : value);
  if (op === 'not') return scalar === 'bool' ? 1 - (value as number) : wrap(scalar, ~value);
  if (!isFloat(scalar)) throw new Error(`kerasc bug: ${op} of ${scalar}`);
  return wrap(scalar, FLOAT_UNARY[op](value as number));
}

const FLOAT_UNARY: Record<Exclude<UnaryOp, 'neg' | 'abs' | 'not'>, (x: number) => number> = {
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  nearest: roundHalfEven,
};

export function applyBinary(op: BinaryOp, scalar: RegisterScalar, a: Lane, b: Lane): Lane {
  if (op === 'min') return b < a ? b : a;
  if (op === 'max') return a < b ? b : a;
  if (isFloat(scalar)) return wrap(scalar, floatBinary(op, a as number, b as number));
  if (op === 'div' || op === 'rem') return wrap(scalar, divideIntegers(op, scalar, a, b));
  if (op === 'shl' || op === 'shr') return shift(op, scalar, a, b);
  return is64(scalar)
    ? wrap(scalar, bigintBinary(op, a as bigint, b as bigint))
    : wrap(scalar, integerBinary(op, scalar, a as number, b as number));
}

function floatBinary(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'div':
      return a / b;
    default:
      throw new Error(`kerasc bug: ${op} of floats`);
  }
}

function divideIntegers(op: 'div' | 'rem', scalar: RegisterScalar, a: Lane, b: Lane): Lane {
  // Machines trap on both, or leave the result open.
  if (Number(b) === 0) throw new Error(`kerasc bug: integer ${op} by zero`);
  if (Number(b) === -1 && a === (scalar === 'i64' ? -(2n ** 63n) : -(2 ** 31)) && scalar !== 'index')
    throw new Error(`kerasc bug: integer ${op} overflows`);
  if (typeof a === 'bigint') return op === 'div' ? a / (b as bigint) : a % (b as bigint);
  // `+ 0` turns -0 into 0.
  return (op === 'div' ? Math.trunc(a / (b as number)) : a % (b as number)) + 0;
}

function shift(op: 'shl' | 'shr', scalar: RegisterScalar, a: Lane, b: Lane): Lane {
  const width = is64(scalar) ? 64 : 32;
  if (Number(b) < 0 || Number(b) >= width) throw new Error(`kerasc bug: ${op} by ${b} of ${width} bits`);
  if (typeof a === 'bigint') return wrap(scalar, op === 'shl' ? a << (b as bigint) : a >> (b as bigint));
  const by = b as number;
  if (op === 'shl') return wrap(scalar, scalar === 'index' ? a * 2 ** by : a << by);
  if (scalar === 'index') return Math.floor(a / 2 ** by);
  return scalar === 'u32' ? a >>> by : a >> by;
}

function bigintBinary(op: BinaryOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    default:
      throw new Error(`kerasc bug: ${op} of 64-bit integers`);
  }
}

function integerBinary(op: BinaryOp, scalar: RegisterScalar, a: number, b: number): number {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return scalar === 'index' ? a * b : Math.imul(a, b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    default:
      throw new Error(`kerasc bug: ${op} of integers`);
  }
}

export function applyCompare(op: CompareOp, a: Lane, b: Lane): number {
  switch (op) {
    case 'eq':
      return a === b ? 1 : 0;
    case 'ne':
      return a !== b ? 1 : 0;
    case 'lt':
      return a < b ? 1 : 0;
    case 'le':
      return a <= b ? 1 : 0;
    case 'gt':
      return a > b ? 1 : 0;
    case 'ge':
      return a >= b ? 1 : 0;
    default:
      return op satisfies never;
  }
}

const LIMITS: Partial<Record<RegisterScalar, readonly [bigint, bigint]>> = {
  i32: [-(2n ** 31n), 2n ** 31n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
  index: [-(2n ** 31n), 2n ** 31n - 1n],
};

/** Conversion by value: floats to integers truncate and saturate, NaN gives 0; integers wrap; to bool is `!= 0`. */
export function convertLane(from: RegisterScalar, to: RegisterScalar, value: Lane): Lane {
  if (to === 'bool') return Number(value) !== 0 ? 1 : 0;
  if (isFloat(to)) return to === 'f32' && typeof value === 'bigint' ? bigintToFloat32(value) : wrap(to, Number(value));
  if (isFloat(from)) return saturate(to, value as number);
  if (is64(to)) return wrap(to, BigInt(value));
  return typeof value === 'bigint' ? Number(to === 'u32' ? BigInt.asUintN(32, value) : BigInt.asIntN(32, value)) : wrap(to, value);
}

function saturate(to: RegisterScalar, value: number): Lane {
  const [low, high] = LIMITS[to] as readonly [bigint, bigint];
  if (Number.isNaN(value)) return is64(to) ? 0n : 0;
  const bounded = value <= Number(low) ? low : value >= Number(high) ? high : BigInt(Math.trunc(value));
  return is64(to) ? bounded : Number(bounded);
}

/** Rounds once: what falls below 53 bits is kept as a sticky bit. */
function bigintToFloat32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 2n ** 53n) return Math.fround(Number(value));
  const sticky = (magnitude & 0xfffn) === 0n ? 0n : 1n;
  const rounded = Math.fround(Number((magnitude >> 12n) | sticky) * 4096);
  return value < 0n ? -rounded : rounded;
}

/** The value that a store to memory of this type and a load would give. */
export function narrowLane(to: MemoryType, value: Lane): Lane {
  switch (to) {
    case 'i8':
      return ((value as number) << 24) >> 24;
    case 'i16':
      return ((value as number) << 16) >> 16;
    case 'u8':
      return (value as number) & 0xff;
    case 'u16':
      return (value as number) & 0xffff;
    case 'f16':
      return fromFloat16(toFloat16(value as number));
    case 'bf16':
      return fromBfloat16(toBfloat16(value as number));
    default:
      return value;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

export function bitcastLane(from: RegisterScalar, to: RegisterScalar, value: Lane): Lane {
  writeBits(from, value);
  switch (to) {
    case 'f32':
      return scratch.getFloat32(0);
    case 'f64':
      return scratch.getFloat64(0);
    case 'i32':
      return scratch.getInt32(0);
    case 'u32':
      return scratch.getUint32(0);
    case 'i64':
      return scratch.getBigInt64(0);
    case 'u64':
      return scratch.getBigUint64(0);
    default:
      throw new Error(`kerasc bug: bitcast to ${to}`);
  }
}

function writeBits(from: RegisterScalar, value: Lane): void {
  if (from === 'f32') scratch.setFloat32(0, value as number);
  else if (from === 'f64') scratch.setFloat64(0, value as number);
  else if (from === 'i32' || from === 'u32') scratch.setUint32(0, value as number);
  else if (is64(from)) scratch.setBigUint64(0, value as bigint);
  else throw new Error(`kerasc bug: bitcast of ${from}`);
}
