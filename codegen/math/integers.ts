// Integer operations in registers of 32 or 64 bits, wrapped to the type of memory by the caller. Nothing in here traps: divisors and shift
// amounts that machines leave undefined are replaced first.
import type { Block } from '../kernel-ir/block.ts';
import { binary, compare, constant, convert, mul, select, unary, valueType } from '../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterScalar } from '../kernel-ir/types.ts';
import type { ElementwiseName } from '../stage/stage.ts';

const WIDTHS: Partial<Record<MemoryType, number>> = { i8: 8, u8: 8, i16: 16, u16: 16, i32: 32, u32: 32, i64: 64, u64: 64 };

const number = (value: number, like: Expr): Expr => constant(value, valueType(like));
const isSigned = (like: Expr): boolean => valueType(like).scalar.startsWith('i');

/** The value before wrapping to `type`; undefined where the operation is not one of integers. */
export function integerOperation(block: Block, op: ElementwiseName, type: MemoryType, a: Expr, b: Expr): Expr | undefined {
  switch (op) {
    case 'abs':
      return isSigned(a) ? unary('abs', a) : a;
    case 'negative':
      return unary('neg', a);
    case 'sign':
      return select(
        compare('gt', a, number(0, a)),
        number(1, a),
        isSigned(a) ? select(compare('lt', a, number(0, a)), number(-1, a), number(0, a)) : number(0, a),
      );
    case 'floor':
    case 'ceil':
    case 'round':
      return a;
    case 'not':
      return unary('not', a);
    case 'add':
      return binary('add', a, b);
    case 'subtract':
      return binary('sub', a, b);
    case 'multiply':
      return mul(a, b);
    case 'maximum':
      return binary('max', a, b);
    case 'minimum':
      return binary('min', a, b);
    case 'and':
    case 'or':
    case 'xor':
      return binary(op, a, b);
    case 'divide':
      return divide(block, a, b);
    case 'remainder':
      return remainder(block, a, b);
    case 'power':
      return integerPower(block, a, b);
    case 'shift_left':
    case 'shift_right':
    case 'shift_right_logical':
      return shift(block, op, type, a, b);
    default:
      return undefined;
  }
}

const isSafeDivisor = (divisor: Expr): boolean =>
  divisor.kind === 'constant' && Number(divisor.value) !== 0 && Number(divisor.value) !== -1;

/** Truncates; 0 for a divisor of 0; the most negative number by -1 wraps to itself. */
function divide(block: Block, a: Expr, b: Expr): Expr {
  if (isSafeDivisor(b)) return binary('div', a, b);
  const { isZero, isMinusOne, safe } = safeDivisor(block, b);
  const quotient = binary('div', a, safe);
  const negated = isMinusOne ? select(isMinusOne, unary('neg', a), quotient) : quotient;
  return select(isZero, number(0, a), negated);
}

function remainder(block: Block, a: Expr, b: Expr): Expr {
  if (isSafeDivisor(b)) return binary('rem', a, b);
  const { isZero, safe } = safeDivisor(block, b);
  // The remainder by 1, which stands for -1 as well, is 0.
  return select(isZero, number(0, a), binary('rem', a, safe));
}

/** The divisor with 0 and -1 replaced by 1. */
function safeDivisor(block: Block, b: Expr): { isZero: Expr; isMinusOne?: Expr; safe: Expr } {
  const divisor = block.bind(b, 'divisor');
  const isZero = block.bind(compare('eq', divisor, number(0, divisor)), 'is_zero');
  if (!isSigned(divisor)) return { isZero, safe: select(isZero, number(1, divisor), divisor) };
  const isMinusOne = block.bind(compare('eq', divisor, number(-1, divisor)), 'is_minus_one');
  return { isZero, isMinusOne, safe: select(binary('or', isZero, isMinusOne), number(1, divisor), divisor) };
}

/** By repeated squaring; negative exponents truncate the fraction. One element at a time. */
function integerPower(block: Block, base: Expr, exponent: Expr): Expr {
  const one = number(1, base);
  const zero = number(0, base);
  const result = block.variable(one, 'power');
  const square = block.variable(base, 'square');
  const rest = block.variable(isSigned(exponent) ? binary('max', exponent, zero) : exponent, 'exponent');
  block.whileLoop(compare('ne', rest, zero), (body) => {
    const isOdd = compare('ne', binary('and', rest, one), zero);
    body.assign(result, select(isOdd, mul(result, square), result));
    body.assign(square, mul(square, square));
    body.assign(rest, binary('shr', rest, one));
  });
  if (!isSigned(exponent)) return result;
  const alternating = select(compare('eq', binary('and', exponent, one), zero), one, base);
  const isUnit = binary('or', compare('eq', base, one), compare('eq', base, number(-1, base)));
  return select(compare('lt', exponent, zero), select(isUnit, alternating, zero), result);
}

const UNSIGNED: Partial<Record<RegisterScalar, RegisterScalar>> = { i32: 'u32', i64: 'u64', u32: 'u32', u64: 'u64' };

/** Amounts that are negative or not less than the width shift everything out. */
function shift(block: Block, op: ElementwiseName, type: MemoryType, a: Expr, b: Expr): Expr {
  const width = WIDTHS[type] as number;
  const amount = block.bind(b, 'amount');
  const tooWide = compare('ge', amount, number(width, amount));
  const isWide = block.bind(isSigned(amount) ? binary('or', tooWide, compare('lt', amount, number(0, amount))) : tooWide, 'is_wide');
  const isArithmetic = op === 'shift_right' && isSigned(a);
  const safe = block.bind(select(isWide, number(isArithmetic ? width - 1 : 0, amount), amount), 'amount');
  if (isArithmetic) return binary('shr', a, safe);
  return select(isWide, number(0, a), op === 'shift_left' ? binary('shl', a, safe) : shiftUnsigned(a, safe, width));
}

function shiftUnsigned(a: Expr, amount: Expr, width: number): Expr {
  const { scalar } = valueType(a);
  const unsigned = UNSIGNED[scalar] as RegisterScalar;
  const bits = convert(a, unsigned);
  const masked = width < 32 ? binary('and', bits, number(2 ** width - 1, bits)) : bits;
  return convert(binary('shr', masked, convert(amount, unsigned)), scalar);
}
