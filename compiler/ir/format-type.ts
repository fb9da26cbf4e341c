// Types as text: `f32[1,224,224,3]`, in messages and in printed graphs.
import type { DType } from './dtype.ts';
import type { TensorType } from './graph.ts';

/** The short name of each dtype in types. */
export const SHORT_DTYPES = {
  bool: 'bool',
  uint8: 'u8',
  uint16: 'u16',
  uint32: 'u32',
  uint64: 'u64',
  int8: 'i8',
  int16: 'i16',
  int32: 'i32',
  int64: 'i64',
  float16: 'f16',
  bfloat16: 'bf16',
  float32: 'f32',
  float64: 'f64',
} as const satisfies Record<DType, string>;

export const formatType = (type: TensorType): string => `${SHORT_DTYPES[type.dtype]}[${type.shape.join(',')}]`;
