// What C++ has to be told about a machine: compiler flags, the test at start, and the intrinsics that vector extensions lack.
import { memoryBytes, type RegisterType } from '../../kernel-ir/index.ts';

/** Operations that C++ vector extensions have no operator for. */
export type IntrinsicOperation = 'mulAdd' | 'min' | 'max' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'fromF16' | 'toF16';

export interface InstructionSet {
  /** The file is empty where this preprocessor condition fails. */
  readonly guard: string;
  /** The machine that runs the program has it. */
  readonly supported: string;
  /** Compiler flags of the variant's file, the same for gcc and clang. */
  readonly flags: readonly string[];
  readonly includes: readonly string[];
  /** Multiply-add of scalars is one instruction. */
  readonly fma: boolean;
  /** C++ for an operation on vectors of this type, or undefined where there is no instruction. */
  readonly intrinsic: (operation: IntrinsicOperation, type: RegisterType, args: readonly string[]) => string | undefined;
}

const vectorBytes = (type: RegisterType): number =>
  type.scalar === 'bool' || type.scalar === 'index' ? 0 : memoryBytes(type.scalar) * type.lanes;

/** Immediates of the rounding instructions, without exceptions. */
const X86_ROUNDING = { nearest: 8, floor: 9, ceil: 10, trunc: 11 } as const;

function x86Intrinsic(widths: readonly number[]): InstructionSet['intrinsic'] {
  return (operation, type, args) => {
    const bytes = vectorBytes(type);
    if ((type.scalar !== 'f32' && type.scalar !== 'f64') || !widths.includes(bytes)) return undefined;
    const prefix = bytes === 16 ? '_mm' : `_mm${bytes * 8}`;
    const suffix = type.scalar === 'f32' ? 'ps' : 'pd';
    const [a, b, c] = args;
    // Four half floats are half a register, which C++ has no cast for.
    if ((operation === 'fromF16' || operation === 'toF16') && bytes === 16) return undefined;
    switch (operation) {
      case 'mulAdd':
        return `${prefix}_fmadd_${suffix}(${a}, ${b}, ${c})`;
      case 'min':
      case 'max':
        // The second operand is returned where one is NaN or both are zero: operands are swapped to return the first.
        return `${prefix}_${operation}_${suffix}(${b}, ${a})`;
      case 'sqrt':
        return `${prefix}_sqrt_${suffix}(${a})`;
      case 'fromF16':
        return `${prefix}_cvtph_ps((${bytes === 64 ? '__m256i' : '__m128i'})(${a}))`;
      case 'toF16':
        return `${prefix}_cvtps_ph(${a}, 0)`;
      default:
        return `${prefix}_${bytes === 64 ? 'roundscale' : 'round'}_${suffix}(${a}, ${X86_ROUNDING[operation]})`;
    }
  };
}

const NEON_NAMES: Partial<Record<IntrinsicOperation, string>> = {
  sqrt: 'vsqrtq',
  floor: 'vrndmq',
  ceil: 'vrndpq',
  trunc: 'vrndq',
  nearest: 'vrndnq',
};

const neonIntrinsic: InstructionSet['intrinsic'] = (operation, type, args) => {
  if ((type.scalar !== 'f32' && type.scalar !== 'f64') || vectorBytes(type) !== 16) return undefined;
  const [a, b, c] = args;
  if (operation === 'mulAdd') return `vfmaq_${type.scalar}(${c}, ${a}, ${b})`;
  const name = NEON_NAMES[operation];
  return name ? `${name}_${type.scalar}(${a})` : undefined;
};

/** What machines with AVX2 have; spelled out, as older compilers know no `-march=x86-64-v3`. */
const AVX2_FLAGS = ['-mavx2', '-mfma', '-mf16c', '-mbmi', '-mbmi2', '-mlzcnt', '-mpopcnt'];

const INSTRUCTION_SETS: Readonly<Record<string, InstructionSet>> = {
  avx512: {
    guard: 'defined(__x86_64__)',
    supported: ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'avx512cd', 'avx2', 'fma']
      .map((name) => `__builtin_cpu_supports("${name}")`)
      .join(' && '),
    flags: [...AVX2_FLAGS, ...['f', 'bw', 'cd', 'dq', 'vl'].map((part) => `-mavx512${part}`), '-mprefer-vector-width=512'],
    includes: ['immintrin.h'],
    fma: true,
    intrinsic: x86Intrinsic([16, 32, 64]),
  },
  avx2: {
    guard: 'defined(__x86_64__)',
    supported: ['avx2', 'fma', 'bmi2'].map((name) => `__builtin_cpu_supports("${name}")`).join(' && '),
    flags: AVX2_FLAGS,
    includes: ['immintrin.h'],
    fma: true,
    intrinsic: x86Intrinsic([16, 32]),
  },
  neon: {
    guard: 'defined(__aarch64__)',
    supported: 'true',
    flags: [],
    includes: ['arm_neon.h'],
    fma: true,
    intrinsic: neonIntrinsic,
  },
};

/** Any machine: what vector extensions alone can say. */
const PORTABLE: InstructionSet = { guard: '', supported: 'true', flags: [], includes: [], fma: false, intrinsic: () => undefined };

/** The instruction set of a target of this name; targets without one of their own are compiled as portable C++. */
export const instructionSetOf = (targetName: string): InstructionSet => INSTRUCTION_SETS[targetName] ?? PORTABLE;
