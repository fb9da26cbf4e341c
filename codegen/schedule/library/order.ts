// The order of elements as sorting sees it: NaN after all numbers, false before true.
import { binary, compare, unary, valueType } from '../../kernel-ir/build.ts';
import type { Expr } from '../../kernel-ir/types.ts';
import { isFloatRegister } from '../../math/convert-elements.ts';

const isNaN = (value: Expr): Expr => compare('ne', value, value);
const isNumber = (value: Expr): Expr => compare('eq', value, value);

/** a before b. Operands are used several times. */
export function isBefore(a: Expr, b: Expr): Expr {
  const type = valueType(a);
  if (type.scalar === 'bool') return binary('and', unary('not', a), b);
  const isLess = compare('lt', a, b);
  return isFloatRegister(type) ? binary('or', isLess, binary('and', isNumber(a), isNaN(b))) : isLess;
}

/** Neither before the other. */
export function isLevel(a: Expr, b: Expr): Expr {
  const type = valueType(a);
  if (type.scalar === 'bool') return unary('not', binary('xor', a, b));
  const isEqual = compare('eq', a, b);
  return isFloatRegister(type) ? binary('or', isEqual, binary('and', isNaN(a), isNaN(b))) : isEqual;
}
