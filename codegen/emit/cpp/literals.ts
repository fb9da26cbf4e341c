// Constants of Kernel IR as C++ literals of exactly the same value and type.
import type { RegisterScalar } from '../../kernel-ir/index.ts';

/** A literal of the scalar type; negative ones start with a minus sign, some are casts. */
export function literal(value: number | bigint, scalar: RegisterScalar): string {
  switch (scalar) {
    case 'bool':
      return Number(value) !== 0 ? 'true' : 'false';
    case 'i32':
      return signedLiteral(BigInt.asIntN(32, BigInt(value)), 32, '');
    case 'index':
      return indexLiteral(BigInt(value));
    case 'i64':
      return signedLiteral(BigInt.asIntN(64, BigInt(value)), 64, 'll');
    case 'u32':
      return `${BigInt.asUintN(32, BigInt(value))}u`;
    case 'u64':
      return `${BigInt.asUintN(64, BigInt(value))}ull`;
    case 'f32':
      return floatLiteral(Math.fround(Number(value)), 'f', 9, Math.fround);
    case 'f64':
      return floatLiteral(Number(value), '', 17, (number) => number);
    default:
      return scalar satisfies never;
  }
}

function indexLiteral(value: bigint): string {
  return BigInt.asIntN(32, value) === value && value !== -(2n ** 31n) ? `${value}` : signedLiteral(BigInt.asIntN(64, value), 64, 'll');
}

/** The most negative number has no literal: its minus sign would be applied to a number that does not fit. */
function signedLiteral(value: bigint, bits: number, suffix: string): string {
  return value === -(2n ** BigInt(bits - 1)) ? `(${value + 1n}${suffix} - 1)` : `${value}${suffix}`;
}

/** The shortest decimal that reads back as the same float. */
function floatLiteral(value: number, suffix: string, digits: number, round: (value: number) => number): string {
  if (Number.isNaN(value)) return `__builtin_nan${suffix}("")`;
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}__builtin_inf${suffix}()`;
  if (Object.is(value, -0)) return `-0.0${suffix}`;
  for (let precision = 1; precision < digits; precision++) {
    const text = value.toPrecision(precision);
    if (round(Number(text)) === value) return withPoint(String(Number(text)), suffix);
  }
  return withPoint(value.toPrecision(digits), suffix);
}

const withPoint = (text: string, suffix: string): string => `${/[.e]/.test(text) ? text : `${text}.0`}${suffix}`;
