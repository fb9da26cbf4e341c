// Comparisons and logic; results are bool tensors of the broadcast shape.
import { isFloat, isSigned } from '../../ir/dtype.ts';
import type { CompareDirection } from '../../ir/primitives/params.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { broadcastAll, fullAs, promoteFloatPair, promotePair, type TensorLike, toTensor } from './convert.ts';

type UnaryOp = Op<(x: TensorLike) => Tensor>;
type BinaryOp = Op<(x1: TensorLike, x2: TensorLike) => Tensor>;

const compareOp = (direction: CompareDirection): BinaryOp =>
  defineOp(direction, ['x1', 'x2'], (x1: TensorLike, x2: TensorLike) => lax.compare(direction, ...promotePair(x1, x2)));

/** Whether the elements are equal. */
export const equal = compareOp('equal');
/** Whether the elements differ. */
export const notEqual = compareOp('not_equal');
/** `x1 < x2`. */
export const less = compareOp('less');
/** `x1 <= x2`. */
export const lessEqual = compareOp('less_equal');
/** `x1 > x2`. */
export const greater = compareOp('greater');
/** `x1 >= x2`. */
export const greaterEqual = compareOp('greater_equal');

const truthOp = (name: 'logical_and' | 'logical_or' | 'logical_xor', combine: (x1: Tensor, x2: Tensor) => Tensor): BinaryOp =>
  defineOp(name, ['x1', 'x2'], (x1: TensorLike, x2: TensorLike) => {
    const [a, b] = broadcastAll([toTensor(x1, 'bool'), toTensor(x2, 'bool')]) as [Tensor, Tensor];
    return combine(a, b);
  });

/** Whether both elements are nonzero. */
export const logicalAnd = truthOp('logical_and', lax.and);
/** Whether an element is nonzero. */
export const logicalOr = truthOp('logical_or', lax.or);
/** Whether exactly one element is nonzero. */
export const logicalXor = truthOp('logical_xor', lax.xor);
/** Whether the element is zero. */
export const logicalNot = defineOp('logical_not', ['x'], (x: TensorLike): Tensor => lax.not(toTensor(x, 'bool')));

/** A test of floats that has one answer for all integers. */
const floatTest = (name: string, forIntegers: boolean, test: (x: Tensor) => Tensor): UnaryOp =>
  defineOp(name, ['x'], (x: TensorLike) => {
    const tensor = toTensor(x);
    return isFloat(tensor.dtype) ? test(tensor) : lax.full(tensor.shape, forIntegers, 'bool');
  });
const equals = (x: Tensor, value: number): Tensor => lax.compare('equal', x, fullAs(x, value));

/** Whether the element is neither infinite nor NaN. */
export const isfinite = floatTest('isfinite', true, lax.is_finite);
/** Whether the element is infinite. */
export const isinf = floatTest('isinf', false, (x) => equals(lax.abs(x), Number.POSITIVE_INFINITY));
/** Whether the element is NaN. */
export const isnan = floatTest('isnan', false, (x) => lax.compare('not_equal', x, x));
/** Whether the element is positive infinity. */
export const isposinf = floatTest('isposinf', false, (x) => equals(x, Number.POSITIVE_INFINITY));
/** Whether the element is negative infinity. */
export const isneginf = floatTest('isneginf', false, (x) => equals(x, Number.NEGATIVE_INFINITY));
/** Whether the element has no imaginary part: always. */
export const isreal = defineOp('isreal', ['x'], (x: TensorLike): Tensor => lax.full(toTensor(x).shape, true, 'bool'));
/** Whether the sign bit is set: negative numbers and -0. */
export const signbit = defineOp('signbit', ['x'], (x: TensorLike): Tensor => {
  const tensor = toTensor(x);
  if (!isSigned(tensor.dtype)) return lax.full(tensor.shape, false, 'bool');
  if (!isFloat(tensor.dtype)) return lax.compare('less', tensor, fullAs(tensor, 0));
  // atan2(-0, -1) is -pi and atan2(0, -1) is pi, which tells the zeros apart.
  const angle = lax.atan2(tensor, fullAs(tensor, -1));
  return lax.compare('less', angle, fullAs(angle, 0));
});

export interface ClosenessOptions {
  /** Tolerance relative to `x2`. Default 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean;
}

function closeness(x1: TensorLike, x2: TensorLike, { rtol = 1e-5, atol = 1e-8, equalNan = false }: ClosenessOptions): Tensor {
  const [a, b] = promoteFloatPair(x1, x2);
  const limit = lax.add(fullAs(b, atol), lax.multiply(fullAs(b, rtol), lax.abs(b)));
  const near = lax.and(lax.compare('less_equal', lax.abs(lax.subtract(a, b)), limit), lax.is_finite(b));
  const close = lax.or(near, lax.compare('equal', a, b));
  return equalNan ? lax.or(close, lax.and(lax.compare('not_equal', a, a), lax.compare('not_equal', b, b))) : close;
}

/** Whether `|x1 - x2| <= atol + rtol * |x2|`, element by element. */
export const isclose = defineOp(
  'isclose',
  ['x1', 'x2'],
  (x1: TensorLike, x2: TensorLike, options: ClosenessOptions = {}): Tensor => closeness(x1, x2, options),
);
/** Whether all elements are close: a scalar. */
export const allclose = defineOp('allclose', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike, options: ClosenessOptions = {}): Tensor => {
  const close = closeness(x1, x2, options);
  return lax.reduce(
    'and',
    close,
    close.shape.map((_, axis) => axis),
  );
});
