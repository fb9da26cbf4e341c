// Runs small hand-built modules through the interpreter and through WebAssembly, for comparison.
import { emitWasm } from '../../../codegen/emit/wasm/index.ts';
import { advance, declare, INDEX, index, load, local, loop, memoryBytes, pointerTo, store } from '../../../codegen/kernel-ir/index.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { allocateMemory, type MemoryArray } from '../../../codegen/kernel-ir/memory.ts';
import type { Expr, KernelFunction, MemoryType, Statement } from '../../../codegen/kernel-ir/types.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import type { KernelModule, ModuleStep, TensorSlot } from '../../../codegen/module.ts';
import { WASM_RELAXED, WASM_SIMD } from '../../../targets/cpu.ts';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { instantiateWasm } from '../../../targets/node/instantiate.ts';

export const TARGETS: readonly CpuTarget[] = [WASM_SIMD, WASM_RELAXED];

export interface Given {
  readonly type: MemoryType;
  readonly values: readonly (number | bigint)[];
}

export function memoryOf({ type, values }: Given): MemoryArray {
  const array = allocateMemory(type, values.length);
  values.forEach((value, position) => {
    (array as { [position: number]: number | bigint })[position] = value;
  });
  return array;
}

export const slot = (name: string, type: MemoryType, elements: number): TensorSlot => ({
  name,
  type,
  shape: [elements],
  bytes: elements * memoryBytes(type),
});

/** A module of one call of `kernel`, whose parameters are the inputs, then the outputs. */
export function moduleOf(
  functions: readonly KernelFunction[],
  inputs: readonly TensorSlot[],
  outputs: readonly TensorSlot[],
  extra: Partial<KernelModule> = {},
): KernelModule {
  const kernel = functions.at(-1) as KernelFunction;
  const address = (region: 'input' | 'output') => (tensor: TensorSlot, position: number) =>
    ({ kind: 'address', memory: tensor.type, address: { region, index: position, offset: 0 } }) as const;
  const run: ModuleStep[] = [
    {
      kind: 'call',
      callee: kernel.name,
      args: [...inputs.map(address('input')), ...outputs.map(address('output'))],
      label: kernel.name,
      flops: 0,
    },
  ];
  return { name: 'test', functions, prepare: [], run, inputs, outputs, weights: new Uint8Array(), arenaBytes: 0, ...extra };
}

/** A function that computes `build` of `lanes` elements of each input at a time. */
export function elementwise(
  inputs: readonly Given[],
  output: MemoryType,
  lanes: number,
  build: (...operands: Expr[]) => Expr,
): KernelModule {
  const elements = inputs[0]?.values.length ?? lanes;
  const at = (name: string, type: MemoryType): Expr => advance(local(name, pointerTo(type)), local('i', INDEX));
  const operands = inputs.map(({ type }, position) => load(at(`x${position}`, type), 0, lanes));
  const body: Statement[] = [
    declare('count', index(elements)),
    loop('i', 0, local('count', INDEX), [store(at('y', output), 0, build(...operands))], lanes),
  ];
  const parameters = [
    ...inputs.map(({ type }, position) => ({ name: `x${position}`, type: pointerTo(type) })),
    { name: 'y', type: pointerTo(output), writes: true },
  ];
  return moduleOf(
    [{ name: 'kernel', parameters, body }],
    inputs.map(({ type }, position) => slot(`x${position}`, type, elements)),
    [slot('y', output, elements)],
  );
}

export function runWasm(module: KernelModule, inputs: readonly ArrayBufferView[], target: CpuTarget): MemoryArray[] {
  using program = instantiateWasm(emitWasm(module, target), module);
  return program.run(inputs);
}

export interface Outcome {
  readonly target: string;
  readonly expected: readonly unknown[];
  readonly found: readonly unknown[];
}

/** The outputs of the interpreter and of each WebAssembly target, as plain arrays. */
export function runEverywhere(module: KernelModule, given: readonly Given[] = []): Outcome[] {
  verifyModule(module);
  const inputs = given.map(memoryOf);
  const flatten = (outputs: readonly MemoryArray[]): unknown[] => outputs.flatMap((output) => [...output]);
  const expected = flatten(interpretModule(module, inputs));
  return TARGETS.map((target) => ({ target: target.name, expected, found: flatten(runWasm(module, inputs, target)) }));
}
