// Questions about dtypes that users of `keras.backend` ask.
import { type DType, isFloat } from '../../ir/dtype.ts';
import { floatx } from '../engine/backend-config.ts';
import { standardizeDType } from '../ops/conversion.ts';
import { resultType as leastUpperBound, type PromotionDType } from '../ops/promotion.ts';

/** What computes: always `kerasc`. */
export const backend = (): string => 'kerasc';

/** Whether it is a dtype of floating point numbers. */
export const isFloatDtype = (dtype: string): boolean => isFloat(standardizeDType(dtype));

/** Whether it is a dtype of integers, with or without sign. */
export const isIntDtype = (dtype: string): boolean => /^u?int/.test(standardizeDType(dtype));

/**
 * The dtype of an expression on these dtypes; 'int' and 'float' stand for bare numbers, null for the default float type.
 *
 * @example backend.resultType('int32', 'float16') // 'float16'
 */
export function resultType(...dtypes: readonly (PromotionDType | null)[]): DType {
  return dtypes.length === 0 ? floatx() : leastUpperBound(...dtypes.map((dtype) => dtype ?? floatx()));
}
