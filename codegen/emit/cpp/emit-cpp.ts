// Writes a model's C++: one file per variant with its own compiler flags, one that chooses among them, and the header.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { entriesOf, type KernelModule, type TensorSlot } from '../../module.ts';
import { instructionSetOf } from './instruction-sets.ts';
import { printHeader, printLibrary } from './library.ts';
import { identifier, modelPrefix } from './names.ts';
import { printVariant } from './variant.ts';

export interface CppVariant {
  readonly target: CpuTarget;
  readonly module: KernelModule;
}

/** A file to compile; `flags` are its own, beside those that all files of a library share. */
export interface CppSource {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly string[];
  /** Preprocessor condition under which the file has contents: elsewhere its flags may not exist. Empty where it always has. */
  readonly guard: string;
}

export interface CppLibrary {
  /** Prefix of the C functions and name of the header, an identifier. */
  readonly prefix: string;
  readonly header: { readonly name: string; readonly text: string };
  readonly sources: readonly CppSource[];
  /** The largest of the variants'. */
  readonly arenaBytes: number;
}

export interface EmitCppOptions {
  readonly name: string;
  /** Characters beyond which a variant becomes several files of about that length. Default: one file. */
  readonly partLength?: number;
}

/**
 * C++ for one model on several machines, best first. The variants share weights, inputs and outputs; a library chooses at start.
 */
export function emitCpp(variants: readonly CppVariant[], options: EmitCppOptions): CppLibrary {
  const first = variants[0];
  if (!first) throw new Error('kerasc bug: a C++ library needs at least one variant');
  for (const { target, module } of variants) checkVariant(first.module, module, target);
  const prefix = modelPrefix(options.name);
  const arenaBytes = Math.max(...variants.map(({ module }) => module.arenaBytes));
  const named = variants.map(({ target }) => ({
    set: instructionSetOf(target.name),
    names: { target: target.name, namespace: `${prefix}_${identifier(target.name)}` },
  }));
  const files = variants.flatMap(({ module }, position): CppSource[] => {
    const { set, names } = named[position] as (typeof named)[number];
    return printVariant(module, set, names, options.partLength).map((text, part) => {
      const name = part === 0 ? `${names.namespace}.cpp` : `${names.namespace}_${part}.cpp`;
      return { name, text, flags: set.flags, guard: set.guard };
    });
  });
  const header = { name: `${prefix}.h`, text: printHeader(prefix, { ...first.module, arenaBytes }) };
  const library: CppSource = { name: `${prefix}.cpp`, text: printLibrary(prefix, first.module, named, arenaBytes), flags: [], guard: '' };
  return { prefix, header, sources: [library, ...files], arenaBytes };
}

function checkVariant(first: KernelModule, module: KernelModule, target: CpuTarget): void {
  const fail = (what: string): never => {
    throw new Error(`kerasc bug: variant ${target.name} differs from the first in its ${what}`);
  };
  if (target.emitter !== 'cpp') fail('emitter');
  const entries = entriesOf(module);
  if (entries.length !== entriesOf(first).length) fail('entries');
  entriesOf(first).forEach(({ inputs, outputs }, position) => {
    if (!sameSlots(inputs, entries[position]?.inputs ?? [])) fail('inputs');
    if (!sameSlots(outputs, entries[position]?.outputs ?? [])) fail('outputs');
  });
  if (!sameSlots(first.states ?? [], module.states ?? [])) fail('states');
  if (!sameBytes(first.weights, module.weights)) fail('weights');
}

function sameSlots(a: readonly TensorSlot[], b: readonly TensorSlot[]): boolean {
  return (
    a.length === b.length &&
    a.every((slot, position) => slot.name === b[position]?.name && slot.type === b[position]?.type && slot.bytes === b[position]?.bytes)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, position) => byte === b[position]));
}
