// Compiles a function of several tensors for each target, interprets it, and compares with the reference.
import { expect } from 'vitest';
import { compileProgram } from '../../../codegen/compile.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import { scheduleContraction } from '../../../codegen/schedule/contraction/schedule.ts';
import { scheduleDepthwise } from '../../../codegen/schedule/depthwise/schedule.ts';
import { scheduleLoops } from '../../../codegen/schedule/loops/schedule.ts';
import type { Schedule } from '../../../codegen/schedule/scheduled.ts';
import { scheduleWinograd } from '../../../codegen/schedule/winograd/schedule.ts';
import { executeReference } from '../../../compiler/ir/execute.ts';
import { ndarray } from '../../../compiler/ir/ndarray.ts';
import { runPasses } from '../../../compiler/passes/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { trace } from '../../../compiler/trace/trace.ts';
import { AVX2, AVX512, NEON, WASM_RELAXED } from '../../../targets/cpu.ts';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { randomFloats } from '../../ir/random-values.ts';

/** Single precision rounds each of the products to 6e-8 of it; sums of some hundreds of them stay below this. */
const TOLERANCE = 3e-5;
const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Loops may only move elements: every sum of products must be taken by tiles. */
const scheduleMoves: Schedule = (stage, context) => {
  const scheduled = scheduleLoops(stage, context);
  if (stage.kind === 'compute' && stage.body.kind === 'reduce') throw new Error(`loops would compute ${stage.name}`);
  return scheduled;
};

/** Takes as many tensors as there are shapes, up to four. */
type Body = (xs: [Tensor, Tensor, Tensor, Tensor]) => Tensor;

/** Tiles take every sum of products. */
export function expectContraction(shapes: readonly (readonly number[])[], body: Body): void {
  expectAgreement(shapes, (xs) => [body(xs as never)], [scheduleContraction, scheduleMoves], [AVX512, AVX2, NEON, WASM_RELAXED]);
}

/** Winograd's method takes every sum of products. */
export function expectWinograd(shapes: readonly (readonly number[])[], body: Body): void {
  expectAgreement(shapes, (xs) => [body(xs as never)], [scheduleWinograd, scheduleMoves], [AVX512, AVX2, NEON, WASM_RELAXED]);
}

/** Whatever schedule takes each stage, as in a build. */
export function expectCompiled(shapes: readonly (readonly number[])[], body: (xs: readonly Tensor[]) => readonly Tensor[]): void {
  expectAgreement(shapes, body, [scheduleWinograd, scheduleDepthwise, scheduleContraction, scheduleLoops], [AVX512, WASM_RELAXED]);
}

function expectAgreement(
  shapes: readonly (readonly number[])[],
  body: (xs: readonly Tensor[]) => readonly Tensor[],
  schedules: readonly Schedule[],
  targets: readonly CpuTarget[],
): void {
  const { graph } = trace(
    'test',
    shapes.map((shape, position) => ({ name: `x${position}`, dtype: 'float32', shape })),
    (...xs) => body(xs),
    (outputs) => outputs,
  );
  const inputs = shapes.map((shape, position) => ndarray('float32', shape, randomFloats(elements(shape), position + 1)));
  const expected = executeReference(graph, inputs);
  for (const target of targets) {
    const module = compileProgram(runPasses(graph, { target }), target, { schedules });
    verifyModule(module);
    const actual = interpretModule(
      module,
      inputs.map(({ data }) => data as Float32Array),
    );
    const worst = expected.map(({ data }, output) => difference(data as Float32Array, actual[output] as unknown as Float32Array));
    expect({ target: target.name, worst, fits: Math.max(...worst) < TOLERANCE }).toMatchObject({ fits: true });
  }
}

/** The largest difference, in parts of the largest value. */
function difference(expected: Float32Array, actual: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return expected.reduce((most, value, position) => Math.max(most, Math.abs(value - (actual[position] as number)) / scale), 0);
}
