// Conversions between element types, as values in registers.
import { binary, compare, constant, convert, narrow, registerFor, select, valueType } from '../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterType } from '../kernel-ir/types.ts';

const NARROW: ReadonlySet<MemoryType> = new Set(['i8', 'u8', 'i16', 'u16', 'f16', 'bf16']);
const LIMITS: Partial<Record<MemoryType, readonly [number, number]>> = {
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32768, 32767],
  u16: [0, 65535],
};

export const isFloatRegister = (type: RegisterType): boolean => type.scalar === 'f32' || type.scalar === 'f64';

/** Rounds or wraps a result to what memory of its type holds, where registers are wider. */
export function fitElement(value: Expr, type: MemoryType): Expr {
  return NARROW.has(type) ? narrow(value, type) : value;
}

/** The value as `to`: floats truncate toward zero and saturate, NaN gives 0, integers wrap, to bool is `!= 0`. */
export function castElement(value: Expr, from: MemoryType, to: MemoryType): Expr {
  if (from === to) return value;
  const type = valueType(value);
  const { scalar } = registerFor(to);
  if (to === 'bool') return compare('ne', value, constant(0, type));
  if (from === 'bool') {
    const target = { scalar, lanes: type.lanes };
    return select(value, constant(1, target), constant(0, target));
  }
  const limits = LIMITS[to];
  if (isFloatRegister(type) && limits) {
    // NaN, as the first operand of both, stays until the conversion makes it 0.
    const bounded = binary('max', binary('min', value, constant(limits[1], type)), constant(limits[0], type));
    return convert(bounded, scalar);
  }
  return fitElement(convert(value, scalar), to);
}
