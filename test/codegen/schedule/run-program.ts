// Runs programs both ways: compiled and interpreted, and by the direct evaluator of stages.
import { compileProgram } from '../../../codegen/compile.ts';
import { emitWasm } from '../../../codegen/emit/wasm/index.ts';
import { constantLane, type Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import { registerFor } from '../../../codegen/kernel-ir/build.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import type { InterpretOptions } from '../../../codegen/kernel-ir/interpret-function.ts';
import { allocateMemory, fromMemory, toMemory } from '../../../codegen/kernel-ir/memory.ts';
import type { MemoryType } from '../../../codegen/kernel-ir/types.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import type { KernelModule } from '../../../codegen/module.ts';
import { scheduleLibrary } from '../../../codegen/schedule/library/schedule.ts';
import { scheduleLoops } from '../../../codegen/schedule/loops/schedule.ts';
import { evaluateProgram } from '../../../codegen/stage/evaluate-program.ts';
import { rowMajor } from '../../../codegen/stage/layout.ts';
import type { Buffer, BufferKind, ComputeStage, Layout, Program, Stage } from '../../../codegen/stage/stage.ts';
import { AVX512, WASM_SIMD } from '../../../targets/cpu.ts';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { createProgramMemory, instantiateWasm } from '../../../targets/node/instantiate.ts';

export const TARGETS: readonly CpuTarget[] = [AVX512, WASM_SIMD];

/** A row-major buffer, unless a layout is given. */
export function bufferOf(
  id: number,
  kind: BufferKind,
  type: MemoryType,
  shape: readonly number[],
  layout: Layout = rowMajor(shape),
  data?: ArrayBufferView,
): Buffer {
  return { id, name: `b${id}`, kind, type, shape, layout, ...(data ? { data } : {}) };
}

/** A program of stages in order; inputs and outputs are the buffers of these kinds. */
export function programOf(buffers: readonly Buffer[], stages: readonly Stage[]): Program {
  const named = (kind: BufferKind) => buffers.filter((buffer) => buffer.kind === kind).map(({ name, id }) => ({ name, buffer: id }));
  return {
    name: 'test',
    buffers,
    steps: stages.map((stage) => ({ kind: 'stage', stage })),
    inputs: named('input'),
    outputs: named('output'),
  };
}

export function stageOf(
  output: number,
  axes: ComputeStage['axes'],
  store: ComputeStage['store'],
  body: ComputeStage['body'],
  name = 'stage',
): ComputeStage {
  return { kind: 'compute', name, output, axes, store, body };
}

export function compile(program: Program, target: CpuTarget): KernelModule {
  const module = compileProgram(program, target, { schedules: [scheduleLibrary, scheduleLoops] });
  verifyModule(module);
  return module;
}

/** Outputs as numbers (bigint for 64-bit integers). */
export function runCompiled(
  program: Program,
  target: CpuTarget,
  inputs: readonly (readonly Lane[])[],
  options: InterpretOptions = {},
): Lane[][] {
  const module = compile(program, target);
  const memory = module.inputs.map(({ type }, position) => packValues(type, inputs[position] as readonly Lane[]));
  return interpretModule(module, memory, options).map((output, position) => {
    const { type } = module.outputs[position] as { type: MemoryType };
    return Array.from(output as ArrayLike<Lane>, (value) => fromMemory(type, value));
  });
}

/** One for all: an engine reserves gigabytes of addresses for each. */
const MEMORY = createProgramMemory();

/** The same program as WebAssembly, run in this process. */
export function runAsWasm(program: Program, inputs: readonly (readonly Lane[])[]): Lane[][] {
  const module = compile(program, WASM_SIMD);
  const memory = module.inputs.map(({ type }, position) => packValues(type, inputs[position] as readonly Lane[]));
  using running = instantiateWasm(emitWasm(module, WASM_SIMD), module, { memory: MEMORY });
  return running.run(memory).map((output, position) => {
    const { type } = module.outputs[position] as { type: MemoryType };
    return Array.from(output as ArrayLike<Lane>, (value) => fromMemory(type, value));
  });
}

export function packValues(type: MemoryType, values: readonly Lane[]): ArrayBufferView {
  const array = allocateMemory(type, values.length);
  values.forEach((value, position) => {
    (array as { [position: number]: Lane })[position] = toMemory(type, constantLane(registerFor(type).scalar, value));
  });
  return array;
}

/** The direct evaluator's outputs. */
export function runDirectly(program: Program, inputs: readonly (readonly Lane[])[]): Lane[][] {
  return evaluateProgram(program, inputs);
}

/** Numbers between -2 and 2 that repeat for equal seeds. */
export function pseudoRandom(count: number, seed: number): number[] {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 32) * 4 - 2);
  });
}
