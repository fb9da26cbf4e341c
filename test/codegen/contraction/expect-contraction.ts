// Compiles a function of several tensors for each target, interprets it, and compares with the reference.
import { expect } from 'vitest';
import { compileProgram } from '../../../codegen/compile.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import { scheduleContraction } from '../../../codegen/schedule/contraction/schedule.ts';
import { scheduleLoops } from '../../../codegen/schedule/loops/schedule.ts';
import type { Schedule } from '../../../codegen/schedule/scheduled.ts';
import { scheduleWinograd } from '../../../codegen/schedule/winograd/schedule.ts';
import { executeReference } from '../../../compiler/ir/execute.ts';
import type { Graph } from '../../../compiler/ir/graph.ts';
import { ndarray } from '../../../compiler/ir/ndarray.ts';
import { runPasses } from '../../../compiler/passes/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { trace } from '../../../compiler/trace/trace.ts';
import { AVX2, AVX512, NEON, WASM_RELAXED } from '../../../targets/cpu.ts';
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
  expectAgreement(shapes, body, [scheduleContraction, scheduleMoves]);
}

/** Winograd's method takes every sum of products. */
export function expectWinograd(shapes: readonly (readonly number[])[], body: Body): void {
  expectAgreement(shapes, body, [scheduleWinograd, scheduleMoves]);
}

function expectAgreement(shapes: readonly (readonly number[])[], body: Body, schedules: readonly Schedule[]): void {
  const { graph } = trace(
    'test',
    shapes.map((shape, position) => ({ name: `x${position}`, dtype: 'float32', shape })),
    (...xs) => [body(xs as never)],
    (outputs) => outputs,
  );
  const inputs = shapes.map((shape, position) => ndarray('float32', shape, randomFloats(elements(shape), position + 1)));
  const [expected] = executeReference(graph, inputs);
  const reference = Array.from(expected?.data as Float32Array);
  const scale = Math.max(1, ...reference.map(Math.abs));
  for (const target of [AVX512, AVX2, NEON, WASM_RELAXED]) {
    const module = compileProgram(runPasses(graph as Graph, { target }), target, { schedules });
    verifyModule(module);
    const [actual] = interpretModule(
      module,
      inputs.map(({ data }) => data as Float32Array),
    );
    const values = Array.from(actual as unknown as Float32Array);
    const worst = reference.reduce((most, value, index) => Math.max(most, Math.abs(value - (values[index] as number)) / scale), 0);
    expect({ target: target.name, fits: worst < TOLERANCE, worst }).toMatchObject({ target: target.name, fits: true });
  }
}
