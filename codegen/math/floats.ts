// Float arithmetic on Kernel IR with constants and polynomials of one type: the vocabulary of the functions in this folder.
import type { Block } from '../kernel-ir/block.ts';
import {
  add,
  binary,
  bitcast,
  compare,
  constant,
  convert,
  div,
  mul,
  mulAdd,
  register,
  select,
  sub,
  unary,
  valueType,
} from '../kernel-ir/build.ts';
import type { CompareOp, Expr, RegisterScalar, RegisterType } from '../kernel-ir/types.ts';

/** Layout of the two float types. */
const FORMATS = {
  f32: { bits: 'i32', fractionBits: 23, bias: 127 },
  f64: { bits: 'i64', fractionBits: 52, bias: 1023 },
} as const;

/** A polynomial's coefficients, lowest power first. */
export type Coefficients = readonly number[];

/** Operations on one float type with a number of lanes; each result is a local, to be used as often as needed. */
export class Floats {
  readonly block: Block;
  readonly type: RegisterType;
  readonly isDouble: boolean;
  readonly format: (typeof FORMATS)['f32' | 'f64'];

  constructor(block: Block, like: Expr) {
    this.block = block;
    this.type = valueType(like);
    this.isDouble = this.type.scalar === 'f64';
    this.format = FORMATS[this.isDouble ? 'f64' : 'f32'];
  }

  constant(value: number): Expr {
    return constant(value, this.type);
  }

  /** The same operations inside of another block. */
  in(block: Block): Floats {
    return new Floats(block, this.constant(0));
  }

  keep(value: Expr, hint = 't'): Expr {
    return this.block.bind(value, hint);
  }

  add(a: Expr, b: Expr | number): Expr {
    return this.keep(add(a, this.#operand(b)));
  }

  sub(a: Expr | number, b: Expr | number): Expr {
    return this.keep(sub(this.#operand(a), this.#operand(b)));
  }

  mul(a: Expr, b: Expr | number): Expr {
    return this.keep(mul(a, this.#operand(b)));
  }

  div(a: Expr | number, b: Expr): Expr {
    return this.keep(div(this.#operand(a), b));
  }

  /** a * b + c */
  mulAdd(a: Expr, b: Expr | number, c: Expr | number): Expr {
    return this.keep(mulAdd(a, this.#operand(b), this.#operand(c)));
  }

  min(a: Expr, b: Expr | number): Expr {
    return this.keep(binary('min', a, this.#operand(b)));
  }

  max(a: Expr, b: Expr | number): Expr {
    return this.keep(binary('max', a, this.#operand(b)));
  }

  unary(op: Extract<Expr, { kind: 'unary' }>['op'], value: Expr): Expr {
    return this.keep(unary(op, value));
  }

  compare(op: CompareOp, a: Expr, b: Expr | number): Expr {
    return this.keep(compare(op, a, this.#operand(b)));
  }

  select(condition: Expr, onTrue: Expr | number, onFalse: Expr | number): Expr {
    return this.keep(select(condition, this.#operand(onTrue), this.#operand(onFalse)));
  }

  /** Horner's scheme. */
  polynomial(coefficients: Coefficients, x: Expr): Expr {
    const [highest, ...lower] = [...coefficients].reverse() as [number, ...number[]];
    return lower.reduce<Expr>((sum, coefficient) => this.mulAdd(sum, x, coefficient), this.constant(highest));
  }

  /** The magnitude of the first with the sign of the second. */
  copySign(magnitude: Expr, sign: Expr): Expr {
    const signBit = this.bitConstant(this.isDouble ? -(2n ** 63n) : -(2 ** 31));
    const rest = this.bitConstant(this.isDouble ? 2n ** 63n - 1n : 2 ** 31 - 1);
    const bits = binary('or', binary('and', this.bitsOf(magnitude), rest), binary('and', this.bitsOf(sign), signBit));
    return this.fromBits(bits);
  }

  bitsOf(value: Expr): Expr {
    return bitcast(value, this.format.bits);
  }

  fromBits(bits: Expr): Expr {
    return this.keep(bitcast(bits, this.type.scalar));
  }

  /** A constant of the integer type of the same size. */
  bitConstant(value: number | bigint): Expr {
    return constant(value, register(this.format.bits, this.type.lanes));
  }

  /**
   * x * factor rounded to a whole number below 2^22 (f64: 2^51), as a float and as an integer. Adding 1.5 * 2^23 leaves the whole
   * number in the low bits: cheaper than a conversion, which must saturate.
   */
  roundProduct(x: Expr, factor: number): { readonly whole: Expr; readonly integer: Expr } {
    const magic = 1.5 * 2 ** this.format.fractionBits;
    const shifted = this.mulAdd(x, factor, magic);
    const origin = this.isDouble ? (BigInt(this.format.bias + 52) << 52n) | (1n << 51n) : ((this.format.bias + 23) << 23) | (1 << 22);
    return { whole: this.sub(shifted, magic), integer: this.keep(sub(this.bitsOf(shifted), this.bitConstant(origin))) };
  }

  /** 2 to the power of an integer between the smallest normal exponent - 1 (which gives 0) and the largest + 1 (infinity). */
  powerOfTwo(exponent: Expr): Expr {
    const biased = add(exponent, this.bitConstant(this.#whole(this.format.bias)));
    return this.fromBits(binary('shl', biased, this.bitConstant(this.#whole(this.format.fractionBits))));
  }

  /** value * 2^exponent, right through overflow and gradual underflow: the power is applied in two halves. */
  scaleByPower(value: Expr, exponent: Expr): Expr {
    const half = this.keep(binary('shr', exponent, this.bitConstant(this.#whole(1))));
    const first = this.mul(value, this.powerOfTwo(half));
    return this.mul(first, this.powerOfTwo(this.keep(sub(exponent, half))));
  }

  #whole(value: number): number | bigint {
    return this.isDouble ? BigInt(value) : value;
  }

  #operand(value: Expr | number): Expr {
    return typeof value === 'number' ? this.constant(value) : value;
  }
}

/** A computation in float64, rounded to the type of `value` at the end. */
export function inDouble(block: Block, value: Expr, compute: (floats: Floats, x: Expr) => Expr): Expr {
  const scalar: RegisterScalar = valueType(value).scalar;
  const wide = block.bind(convert(value, 'f64'), 'wide');
  return block.bind(convert(compute(new Floats(block, wide), wide), scalar));
}
