// Runs a program of compute stages by plain recursion, for tests of lowering.
import { evaluateStage, type Values } from '../../codegen/stage/evaluate.ts';
import type { Buffer, Program } from '../../codegen/stage/stage.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { elementCount } from '../../compiler/ir/shape.ts';

/** Values of the outputs, row-major; only for programs without control flow and library stages. */
export function evaluateProgram(program: Program, inputs: readonly NDArray[]): readonly Values[] {
  const values = program.buffers.map(
    (buffer): Values =>
      buffer.data ? Array.from(buffer.data as unknown as ArrayLike<number>) : new Array(elementCount(buffer.shape)).fill(Number.NaN),
  );
  program.inputs.forEach(({ buffer }, index) => {
    values[buffer] = Array.from(inputs[index]?.data as ArrayLike<number>);
  });
  const environment = { buffer: (id: number) => program.buffers[id] as Buffer, values: (id: number) => values[id] as Values };
  for (const step of program.steps) {
    if (step.kind !== 'stage' || step.stage.kind !== 'compute') throw new Error(`not a compute stage: ${step.kind}`);
    evaluateStage(step.stage, environment);
  }
  return program.outputs.map(({ buffer }) => values[buffer] as Values);
}

export const isComputeOnly = (program: Program): boolean =>
  program.steps.every((step) => step.kind === 'stage' && step.stage.kind === 'compute');
