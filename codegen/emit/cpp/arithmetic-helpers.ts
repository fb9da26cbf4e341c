// C++ calls for arithmetic without an operator: an intrinsic where the machine has one, an inline helper elsewhere.
import { type LaneReduction, memoryBytes, type RegisterScalar, type RegisterType } from '../../kernel-ir/index.ts';
import type { Unit } from './unit.ts';

/** `f32x8`, `i64`: how helper names tell types apart. */
export const typeName = ({ scalar, lanes }: RegisterType): string => (lanes === 1 ? scalar : `${scalar}x${lanes}`);

/** One value in all lanes. */
export function callSplat(unit: Unit, type: RegisterType, value: string): string {
  const name = unit.helper(`splat_${typeName(type)}`, () => {
    const vector = unit.type(type);
    const scalar = unit.type({ ...type, lanes: 1 });
    return `KERASC_INLINE ${vector} splat_${typeName(type)}(${scalar} x) { return (${vector}){${Array(type.lanes).fill('x').join(', ')}}; }`;
  });
  return `${name}(${value})`;
}

export function callMinMax(unit: Unit, op: 'min' | 'max', type: RegisterType, a: string, b: string): string {
  const direct = unit.set.intrinsic(op, type, [a, b]);
  if (direct) return direct;
  const name = unit.helper(`${op}_${typeName(type)}`, () => {
    const value = unit.type(type);
    return `KERASC_INLINE ${value} ${op}_${typeName(type)}(${value} a, ${value} b) { return ${op === 'min' ? 'b < a' : 'a < b'} ? b : a; }`;
  });
  return `${name}(${a}, ${b})`;
}

/** a * b + c of floats, rounded once where the machine has the instruction. */
export function callMulAdd(unit: Unit, type: RegisterType, a: string, b: string, c: string): string | undefined {
  const direct = unit.set.intrinsic('mulAdd', type, [a, b, c]);
  if (direct || !unit.set.fma) return direct;
  const builtin = `__builtin_fma${type.scalar === 'f32' ? 'f' : ''}`;
  if (type.lanes === 1) return `${builtin}(${a}, ${b}, ${c})`;
  const name = unit.helper(`mul_add_${typeName(type)}`, () =>
    lanewise(unit, `mul_add_${typeName(type)}`, type, ['a', 'b', 'c'], (lane) => `${builtin}(a[${lane}], b[${lane}], c[${lane}])`),
  );
  return `${name}(${a}, ${b}, ${c})`;
}

type FloatUnary = 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest';
const BUILTINS: Record<FloatUnary, string> = { sqrt: 'sqrt', floor: 'floor', ceil: 'ceil', trunc: 'trunc', nearest: 'rint' };

export function callFloatUnary(unit: Unit, op: FloatUnary, type: RegisterType, x: string): string {
  const direct = unit.set.intrinsic(op, type, [x]);
  if (direct) return direct;
  const builtin = `__builtin_${BUILTINS[op]}${type.scalar === 'f32' ? 'f' : ''}`;
  if (type.lanes === 1) return `${builtin}(${x})`;
  const name = `${op}_${typeName(type)}`;
  unit.helper(name, () =>
    op === 'sqrt' ? lanewise(unit, name, type, ['x'], (lane) => `${builtin}(x[${lane}])`) : roundingHelper(unit, op, type),
  );
  return `${name}(${x})`;
}

/**
 * Rounding by adding and subtracting 2^23 (2^52), which leaves no bits for a fraction; larger numbers, infinities and NaN
 * have none to begin with. The sign is put back for results of zero.
 */
function roundingHelper(unit: Unit, op: Exclude<FloatUnary, 'sqrt'>, type: RegisterType): string {
  const float = unit.type(type);
  const bits = unit.vector(type.scalar === 'f32' ? 'i32' : 'i64', type.lanes);
  const [magic, sign] =
    type.scalar === 'f32' ? ['8388608.0f', '(-2147483647 - 1)'] : ['4503599627370496.0', '(-9223372036854775807ll - 1)'];
  const one = type.scalar === 'f32' ? '1.0f' : '1.0';
  const correction = {
    nearest: 'near',
    floor: `near > x ? near - ${one} : near`,
    ceil: `near < x ? near + ${one} : near`,
    trunc: `near > magnitude ? near - ${one} : near`,
  }[op];
  const source = op === 'trunc' || op === 'nearest' ? 'magnitude' : 'x';
  const near =
    source === 'magnitude' ? `(magnitude + ${magic}) - ${magic}` : `(${float})((${bits})((magnitude + ${magic}) - ${magic}) | sign)`;
  return [
    `KERASC_INLINE ${float} ${op}_${typeName(type)}(${float} x) {`,
    `  const ${bits} sign = (${bits})x & ${sign};`,
    `  const ${float} magnitude = (${float})((${bits})x & ~${sign});`,
    `  const ${float} near = ${near};`,
    `  const ${float} rounded = ${correction};`,
    `  return magnitude < ${magic} ? (${float})((${bits})rounded | sign) : x;`,
    '}',
  ].join('\n');
}

/** Signed division, in which the most negative number by -1 wraps instead of stopping the process. */
export function callSignedDivision(unit: Unit, op: 'div' | 'rem', type: RegisterType, a: string, b: string): string {
  const scalarType: RegisterType = { ...type, lanes: 1 };
  const name = `${op}_${typeName(scalarType)}`;
  unit.helper(name, () => {
    const value = unit.type(scalarType);
    const unsigned = unit.type({ scalar: type.scalar === 'i32' ? 'u32' : 'u64', lanes: 1 });
    const special = op === 'div' ? `${value}(0 - ${unsigned}(a))` : '0';
    return `KERASC_INLINE ${value} ${name}(${value} a, ${value} b) { return b == -1 ? ${special} : a ${op === 'div' ? '/' : '%'} b; }`;
  });
  if (type.lanes === 1) return `${name}(${a}, ${b})`;
  const vectorName = `${op}_${typeName(type)}`;
  unit.helper(vectorName, () => lanewise(unit, vectorName, type, ['a', 'b'], (lane) => `${name}(a[${lane}], b[${lane}])`));
  return `${vectorName}(${a}, ${b})`;
}

/** Upper half onto lower half until one lane is left. */
export function callReduceLanes(unit: Unit, op: LaneReduction, type: RegisterType, x: string): string {
  if (type.scalar === 'bool') throw new Error('kerasc bug: lanes of a mask are not reduced');
  const name = `reduce_${op}_${typeName(type)}`;
  unit.helper(name, () => {
    const half: RegisterType = { ...type, lanes: type.lanes / 2 };
    const scalar = unit.type({ ...type, lanes: 1 });
    const head = `KERASC_INLINE ${scalar} ${name}(${unit.type(type)} x) {`;
    if (half.lanes === 1) return `${head} return ${combine(unit, op, half, 'x[0]', 'x[1]')}; }`;
    const bytes = memoryBytes(type.scalar === 'index' ? 'i64' : (type.scalar as Exclude<RegisterScalar, 'bool' | 'index'>)) * half.lanes;
    const inner = callReduceLanes(unit, op, half, combine(unit, op, half, 'low', 'high'));
    return [
      head,
      `  ${unit.type(half)} low, high;`,
      `  __builtin_memcpy(&low, &x, ${bytes});`,
      `  __builtin_memcpy(&high, (const char*)&x + ${bytes}, ${bytes});`,
      `  return ${inner};`,
      '}',
    ].join('\n');
  });
  return `${name}(${x})`;
}

function combine(unit: Unit, op: LaneReduction, type: RegisterType, a: string, b: string): string {
  if (op === 'min' || op === 'max') return callMinMax(unit, op, type, a, b);
  return wrapping(unit, type, a, op === 'add' ? '+' : '*', b);
}

/** Integers wrap: signed ones are computed as unsigned, whose overflow is defined. */
export function wrapping(unit: Unit, type: RegisterType, a: string, sign: string, b: string): string {
  if (type.scalar !== 'i32' && type.scalar !== 'i64') return `${a} ${sign} ${b}`;
  const unsigned = unit.type({ ...type, scalar: type.scalar === 'i32' ? 'u32' : 'u64' });
  return `(${unit.type(type)})((${unsigned})${a} ${sign} (${unsigned})${b})`;
}

/** A helper that computes lane after lane. */
export function lanewise(
  unit: Unit,
  name: string,
  type: RegisterType,
  parameters: readonly string[],
  compute: (lane: string) => string,
): string {
  const vector = unit.type(type);
  return [
    `KERASC_INLINE ${vector} ${name}(${parameters.map((parameter) => `${vector} ${parameter}`).join(', ')}) {`,
    `  ${vector} result = {};`,
    `  for (int lane = 0; lane < ${type.lanes}; lane++) result[lane] = ${compute('lane')};`,
    '  return result;',
    '}',
  ].join('\n');
}
