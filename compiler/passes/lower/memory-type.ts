// The graph's element types as the memory types of Kernel IR.
import type { MemoryType } from '../../../codegen/kernel-ir/index.ts';
import type { DType } from '../../ir/dtype.ts';

const MEMORY_TYPES: Record<DType, MemoryType> = {
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
};

export const memoryType = (dtype: DType): MemoryType => MEMORY_TYPES[dtype];
