// Compares the outputs of a module's run with those of the interpreter, bit by bit but for the payloads of NaN.
import { memoryBytes } from '../../../codegen/kernel-ir/index.ts';
import { viewMemory } from '../../../codegen/kernel-ir/memory.ts';
import type { KernelModule } from '../../../codegen/module.ts';

/** A line for each output that differs, with its first three differences. */
export function findDifferences(
  module: KernelModule,
  outputs: readonly Uint8Array[],
  expected: readonly ArrayLike<number | bigint>[],
): string[] {
  return module.outputs.flatMap((slot, position) => {
    const want = expected[position] as ArrayLike<number | bigint>;
    const got: ArrayLike<number | bigint> = viewMemory(
      slot.type,
      (outputs[position] as Uint8Array).slice().buffer,
      0,
      slot.bytes / memoryBytes(slot.type),
    );
    const unequal = Array.from(got, (value, element) => [element, value, want[element] as number | bigint] as const).filter(
      ([, a, b]) => !isSame(slot.type, a, b),
    );
    return unequal.length
      ? [
          `${slot.name}: ${unequal
            .slice(0, 3)
            .map(([element, a, b]) => `[${element}] ${a}, expected ${b}`)
            .join('; ')}`,
        ]
      : [];
  });
}

const isSame = (type: string, a: number | bigint, b: number | bigint): boolean => Object.is(canonical(type, a), canonical(type, b));

/** Half floats are compared as bits: machines keep different payloads of NaN. */
function canonical(type: string, value: number | bigint): number | bigint {
  if (type === 'f16') return (Number(value) & 0x7fff) > 0x7c00 ? 0x7e00 : value;
  if (type === 'bf16') return (Number(value) & 0x7fff) > 0x7f80 ? 0x7fc0 : value;
  return value;
}
