// Which dtype an operation on mixed dtypes gives: the least upper bound in JAX's lattice, with weak Python-like scalars.
import { ValueError } from '../../errors/index.ts';
import { type DType, isFloat } from '../../ir/dtype.ts';

/** The dtype of a bare number in an expression: it takes the width of what it meets. */
export type WeakDType = 'int' | 'float';
export type PromotionDType = DType | WeakDType;

/** Each dtype's direct successors; the least upper bound of two dtypes is their result. */
const LATTICE: Record<PromotionDType, readonly PromotionDType[]> = {
  bool: ['int'],
  uint8: ['int16', 'uint16'],
  uint16: ['int32', 'uint32'],
  uint32: ['int64', 'uint64'],
  uint64: ['float'],
  int: ['uint8', 'int8'],
  int8: ['int16'],
  int16: ['int32'],
  int32: ['int64'],
  int64: ['float'],
  float: ['bfloat16', 'float16'],
  bfloat16: ['float32'],
  float16: ['float32'],
  float32: ['float64'],
  float64: [],
};

function reachable(dtype: PromotionDType): Set<PromotionDType> {
  const found = new Set<PromotionDType>([dtype]);
  for (const next of found) for (const above of LATTICE[next]) found.add(above);
  return found;
}

const UPPER_BOUNDS = new Map((Object.keys(LATTICE) as PromotionDType[]).map((dtype) => [dtype, reachable(dtype)]));

function leastUpperBound(a: PromotionDType, b: PromotionDType): PromotionDType {
  const aboveA = UPPER_BOUNDS.get(a);
  const aboveB = UPPER_BOUNDS.get(b);
  if (!aboveA || !aboveB) throw new ValueError(`${aboveA ? b : a} is not a dtype that takes part in promotion.`, { code: 'dtype' });
  const common = [...aboveA].filter((dtype) => aboveB.has(dtype));
  return common.find((dtype) => common.every((other) => UPPER_BOUNDS.get(dtype)?.has(other))) as PromotionDType;
}

/** The dtype of an operation on operands of these dtypes; none gives float32. 64-bit unsigned results become uint32, as in Keras. */
export function resultType(...dtypes: readonly PromotionDType[]): DType {
  if (dtypes.length === 0) return 'float32';
  const bound = dtypes.reduce(leastUpperBound);
  if (bound === 'int') return 'int32';
  if (bound === 'float') return 'float32';
  return bound === 'uint64' ? 'uint32' : bound;
}

/** The weak dtype of a bare value. A number without fraction counts as an integer: JavaScript cannot tell 2 from 2.0. */
export function weakDType(value: number | bigint | boolean): PromotionDType {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float';
}

/** The dtype in which a float function is computed: floats stay, all else becomes float32. */
export const floatType = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float32');
