// One C++ file being written: which types and helper functions its code has asked for.
import { type MemoryType, memoryBytes, type RegisterType } from '../../kernel-ir/index.ts';
import type { InstructionSet } from './instruction-sets.ts';

const SCALARS: Record<MemoryType | 'index', string> = {
  bool: 'uint8_t',
  i8: 'int8_t',
  u8: 'uint8_t',
  i16: 'int16_t',
  u16: 'uint16_t',
  i32: 'int32_t',
  u32: 'uint32_t',
  i64: 'int64_t',
  u64: 'uint64_t',
  index: 'int64_t',
  f16: 'uint16_t',
  bf16: 'uint16_t',
  f32: 'float',
  f64: 'double',
};

/** Half floats are read and written as bits. */
export const storedAs = (memory: MemoryType): Exclude<MemoryType, 'f16' | 'bf16' | 'bool'> => {
  if (memory === 'f16' || memory === 'bf16') return 'u16';
  return memory === 'bool' ? 'u8' : memory;
};

export class Unit {
  readonly set: InstructionSet;
  readonly #typedefs = new Map<string, string>();
  readonly #helpers = new Map<string, string>();

  constructor(set: InstructionSet) {
    this.set = set;
  }

  /** The C++ name of a register type. A vector of bool is a vector of i32, 0 or -1. */
  type({ scalar, lanes }: RegisterType): string {
    if (lanes === 1) return scalar === 'bool' ? 'bool' : this.#scalar(scalar);
    if (scalar === 'bool') return this.vector('i32', lanes);
    return this.vector(scalar === 'index' ? 'i64' : scalar, lanes);
  }

  /** A vector in a register, of any element type that memory may have. */
  vector(element: MemoryType, lanes: number): string {
    const name = `${element}x${lanes}`;
    return this.#define(name, `typedef ${SCALARS[element]} ${name} __attribute__((vector_size(${this.#vectorBytes(element, lanes)})));`);
  }

  /** A scalar in memory, which code may reach under other types too: the arena is reused. */
  memory(memory: MemoryType): string {
    const name = `${memory}_memory`;
    return this.#define(name, `typedef ${SCALARS[memory]} ${name} __attribute__((may_alias));`);
  }

  /** A vector in memory, aligned as one element. */
  memoryVector(memory: MemoryType, lanes: number): string {
    const element = storedAs(memory);
    const bytes = this.#vectorBytes(element, lanes);
    const name = `${element}x${lanes}_memory`;
    return this.#define(
      name,
      `typedef ${SCALARS[element]} ${name} __attribute__((vector_size(${bytes}), aligned(${memoryBytes(element)}), may_alias));`,
    );
  }

  /** The name of an inline function, whose text `make` gives once. What it calls is asked for inside `make`. */
  helper(name: string, make: () => string): string {
    if (!this.#helpers.has(name)) {
      const text = make();
      this.#helpers.set(name, text);
    }
    return name;
  }

  /** Types by name, scalars before vectors. */
  typedefs(): string[] {
    const order = (name: string): string => name.replace(/x(\d+)/, (_, lanes: string) => `x${lanes.padStart(4, '0')}`);
    return [...this.#typedefs].sort(([a], [b]) => (order(a) < order(b) ? -1 : 1)).map(([, text]) => text);
  }

  /** Helpers in an order in which each comes after those it calls. */
  helpers(): string[] {
    return [...this.#helpers.values()];
  }

  #scalar(scalar: Exclude<RegisterType['scalar'], 'bool'>): string {
    return this.#define(scalar, `typedef ${SCALARS[scalar]} ${scalar};`);
  }

  #define(name: string, text: string): string {
    this.#typedefs.set(name, text);
    return name;
  }

  #vectorBytes(element: MemoryType, lanes: number): number {
    if (!Number.isInteger(Math.log2(lanes))) throw new Error(`kerasc bug: a vector of ${lanes} lanes; C++ has powers of two only`);
    return memoryBytes(element) * lanes;
  }
}
