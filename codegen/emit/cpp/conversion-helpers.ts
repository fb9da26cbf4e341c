// C++ calls for conversions that casts do not define: saturating float to integer, half floats, bits of floats.
import { type MemoryType, memoryBytes, type RegisterScalar, type RegisterType } from '../../kernel-ir/index.ts';
import { typeName } from './arithmetic-helpers.ts';
import type { Unit } from './unit.ts';

/** Limits as floats: the first value below or at which the lowest integer results, and the first at which the highest does. */
const LIMITS: Record<
  'i32' | 'u32' | 'i64' | 'u64',
  { readonly low: string; readonly high: string; readonly lowest: string; readonly highest: string }
> = {
  i32: { low: '-2147483648.0', high: '2147483648.0', lowest: '(-2147483647 - 1)', highest: '2147483647' },
  u32: { low: '0.0', high: '4294967296.0', lowest: '0u', highest: '4294967295u' },
  i64: {
    low: '-9223372036854775808.0',
    high: '9223372036854775808.0',
    lowest: '(-9223372036854775807ll - 1)',
    highest: '9223372036854775807ll',
  },
  u64: { low: '0.0', high: '18446744073709551616.0', lowest: '0ull', highest: '18446744073709551615ull' },
};

/** Truncates and saturates; NaN gives 0. */
export function callSaturate(unit: Unit, from: RegisterType, to: keyof typeof LIMITS, x: string): string {
  const name = `${to}_from_${typeName(from)}`;
  const result: RegisterType = { scalar: to, lanes: from.lanes };
  unit.helper(name, () => {
    if (from.lanes === 1) return saturateScalar(unit, name, from, to);
    if (from.scalar === 'f32' && to === 'i32') return saturateVector(unit, name, from);
    const each = callSaturate(unit, { ...from, lanes: 1 }, to, 'x[lane]');
    return [
      `KERASC_INLINE ${unit.type(result)} ${name}(${unit.type(from)} x) {`,
      `  ${unit.type(result)} result = {};`,
      `  for (int lane = 0; lane < ${from.lanes}; lane++) result[lane] = ${each};`,
      '  return result;',
      '}',
    ].join('\n');
  });
  return `${name}(${x})`;
}

function saturateScalar(unit: Unit, name: string, from: RegisterType, to: keyof typeof LIMITS): string {
  const { low, high, lowest, highest } = LIMITS[to];
  const suffix = from.scalar === 'f32' ? 'f' : '';
  const target = unit.type({ scalar: to, lanes: 1 });
  return [
    `KERASC_INLINE ${target} ${name}(${unit.type(from)} x) {`,
    `  if (x >= ${high}${suffix}) return ${highest};`,
    `  if (x > ${low}${suffix}) return (${target})x;`,
    `  return x == x ? ${lowest} : 0;`,
    '}',
  ].join('\n');
}

function saturateVector(unit: Unit, name: string, from: RegisterType): string {
  const integer = unit.vector('i32', from.lanes);
  const float = unit.type(from);
  return [
    `KERASC_INLINE ${integer} ${name}(${float} x) {`,
    '  // Lanes that do not fit are 0 in the conversion and set afterwards: a lone conversion would leave them to the machine.',
    `  const ${integer} fits = (x >= -2147483648.0f) & (x < 2147483648.0f);`,
    `  const ${integer} converted = __builtin_convertvector((${float})((${integer})x & fits), ${integer});`,
    `  return converted | ((x >= 2147483648.0f) & 2147483647) | ((x < -2147483648.0f) & (-2147483647 - 1));`,
    '}',
  ].join('\n');
}

/** The bits of a float as an integer, or back; vectors are cast, scalars copied. */
export function callBitcast(unit: Unit, from: RegisterType, to: RegisterType, x: string): string {
  if (to.lanes > 1) return `(${unit.type(to)})${x}`;
  const isFloat = (scalar: RegisterScalar): boolean => scalar === 'f32' || scalar === 'f64';
  if (isFloat(from.scalar) === isFloat(to.scalar)) return `(${unit.type(to)})${x}`;
  const name = `${to.scalar}_bits_of_${from.scalar}`;
  unit.helper(name, () => {
    const target = unit.type(to);
    const bytes = memoryBytes(to.scalar as MemoryType);
    return `KERASC_INLINE ${target} ${name}(${unit.type(from)} x) { ${target} result; __builtin_memcpy(&result, &x, ${bytes}); return result; }`;
  });
  return `${name}(${x})`;
}

/** f32 from the bits of f16 or bf16, given as u16. */
export function callFromHalf(unit: Unit, half: 'f16' | 'bf16', lanes: number, bits: string): string {
  const float: RegisterType = { scalar: 'f32', lanes };
  const direct = half === 'f16' ? unit.set.intrinsic('fromF16', float, [bits]) : undefined;
  if (direct) return direct;
  const name = `f32_from_${half}${lanes > 1 ? `x${lanes}` : ''}`;
  unit.helper(name, () => {
    const words = unit.type({ scalar: 'u32', lanes });
    const parameter = lanes > 1 ? unit.vector('u16', lanes) : 'uint16_t';
    const widened = lanes > 1 ? `__builtin_convertvector(bits, ${words})` : `(${words})bits`;
    const asFloat = (x: string): string => callBitcast(unit, { scalar: 'u32', lanes }, float, x);
    const head = `KERASC_INLINE ${unit.type(float)} ${name}(${parameter} bits) {`;
    if (half === 'bf16') return `${head} return ${asFloat(`(${widened} << 16)`)}; }`;
    const asWords = (x: string): string => callBitcast(unit, float, { scalar: 'u32', lanes }, x);
    return [
      head,
      `  const ${words} wide = ${widened};`,
      `  const ${words} magnitude = wide & 0x7fffu;`,
      '  // The exponent is rebased by a multiplication by 2^112, which makes denormal halves normal; infinity and NaN keep theirs.',
      `  const ${unit.type(float)} scaled = ${asFloat('(magnitude << 13)')} * 5.192296858534828e33f;`,
      `  const ${words} special = ${lanes > 1 ? `(${words})(magnitude >= 0x7c00u) & 0x7f800000u` : 'magnitude >= 0x7c00u ? 0x7f800000u : 0u'};`,
      `  return ${asFloat(`(${asWords('scaled')} | special | ((wide & 0x8000u) << 16))`)};`,
      '}',
    ].join('\n');
  });
  return `${name}(${bits})`;
}

/** The bits, as u16, of the f16 or bf16 nearest to an f32. */
export function callToHalf(unit: Unit, half: 'f16' | 'bf16', lanes: number, x: string): string {
  const float: RegisterType = { scalar: 'f32', lanes };
  const bits = lanes > 1 ? unit.vector('u16', lanes) : 'uint16_t';
  const direct = half === 'f16' ? unit.set.intrinsic('toF16', float, [x]) : undefined;
  if (direct) return `(${bits})${direct}`;
  const name = `${half}${lanes > 1 ? `x${lanes}` : ''}_from_f32`;
  unit.helper(name, () => {
    const words = unit.type({ scalar: 'u32', lanes });
    const narrowed = lanes > 1 ? `__builtin_convertvector(half, ${bits})` : `(${bits})half`;
    return [
      `KERASC_INLINE ${bits} ${name}(${unit.type(float)} x) {`,
      `  const ${words} word = ${callBitcast(unit, float, { scalar: 'u32', lanes }, 'x')};`,
      `  const ${words} magnitude = word & 0x7fffffffu;`,
      ...(half === 'bf16' ? toBfloat16(unit, lanes) : toFloat16(unit, lanes)),
      `  return ${narrowed};`,
      '}',
    ].join('\n');
  });
  return `${name}(${x})`;
}

function toBfloat16(unit: Unit, lanes: number): string[] {
  const words = unit.type({ scalar: 'u32', lanes });
  return [
    `  const ${words} rounded = (word + 0x7fffu + ((word >> 16) & 1u)) >> 16;`,
    `  const ${words} half = magnitude > 0x7f800000u ? ((word >> 16) & 0x8000u) | 0x7fc0u : rounded;`,
  ];
}

function toFloat16(unit: Unit, lanes: number): string[] {
  const words = unit.type({ scalar: 'u32', lanes });
  const float: RegisterType = { scalar: 'f32', lanes };
  const asFloat = (x: string): string => callBitcast(unit, { scalar: 'u32', lanes }, float, x);
  const asWords = (x: string): string => callBitcast(unit, float, { scalar: 'u32', lanes }, x);
  const all = (value: string): string => (lanes > 1 ? `(${words}){} + ${value}` : value);
  return [
    '  // The exponent is rebased and 13 bits are rounded away; a carry goes into the exponent, as it should.',
    `  const ${words} normal = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;`,
    '  // Adding 0.5 shifts a small fraction to where a half float has it, rounded by the machine.',
    `  const ${words} small = ${asWords(`(${asFloat('magnitude')} + 0.5f)`)} - 0x3f000000u;`,
    `  const ${words} special = magnitude > 0x7f800000u ? ${all('0x7e00u')} : ${all('0x7c00u')};`,
    `  const ${words} finite = magnitude < 0x38800000u ? small : normal;`,
    `  const ${words} half = ((word >> 16) & 0x8000u) | (magnitude >= 0x47800000u ? special : finite);`,
  ];
}
