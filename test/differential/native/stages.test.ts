// Random stages as C++, in every variant that this machine runs, against the direct evaluator: all in one library.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import type { Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import { allocateMemory, fromMemory } from '../../../codegen/kernel-ir/memory.ts';
import type { MemoryType } from '../../../codegen/kernel-ir/types.ts';
import { substituteIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Buffer, Program, ProgramStep, StageExpr } from '../../../codegen/stage/stage.ts';
import { rebuild } from '../../../codegen/stage/substitute.ts';
import {
  compileLibrary,
  hostTargets,
  loadLibrary,
  type NativeLibrary,
  type NativeModel,
  probeCompiler,
} from '../../../targets/native/index.ts';
import { expectClose, type RandomProgram, randomProgram } from '../../codegen/schedule/random-program.ts';
import { compile, packValues, pseudoRandom, runDirectly } from '../../codegen/schedule/run-program.ts';
import { testCache } from '../../native/test-cache.ts';

const { compiler } = await probeCompiler();

const TYPES: readonly MemoryType[] = ['f32', 'f32', 'i32', 'u8', 'i64', 'i8', 'u16'];
const PROGRAMS: readonly RandomProgram[] = Array.from({ length: 49 }, (_, seed) =>
  randomProgram(
    pseudoRandom(60, seed + 1).map((value) => Math.floor((value + 2) * 2500)),
    TYPES[seed % TYPES.length] as MemoryType,
  ),
);

/** All programs as one; buffers are numbered on. */
function joined(programs: readonly Program[]): Program {
  const buffers: Buffer[] = [];
  const steps: ProgramStep[] = [];
  const inputs: { name: string; buffer: number }[] = [];
  const outputs: { name: string; buffer: number }[] = [];
  programs.forEach((program, number) => {
    const first = buffers.length;
    const moved = (port: { name: string; buffer: number }) => ({ name: `${port.name}_${number}`, buffer: port.buffer + first });
    buffers.push(...program.buffers.map((buffer) => ({ ...buffer, id: buffer.id + first })));
    inputs.push(...program.inputs.map(moved));
    outputs.push(...program.outputs.map(moved));
    for (const step of program.steps) {
      if (step.kind !== 'stage' || step.stage.kind !== 'compute') throw new Error('random programs have one stage each');
      steps.push({
        kind: 'stage',
        stage: { ...step.stage, name: `stage_${number}`, output: step.stage.output + first, body: renumber(step.stage.body, first) },
      });
    }
  });
  return { name: 'random', buffers, steps, inputs, outputs };
}

function renumber(root: StageExpr, by: number): StageExpr {
  const done = new Map<StageExpr, StageExpr>();
  const replace = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    const rebuilt = rebuild(expr, replace, (index) => substituteIndex(index, new Map(), replace));
    const result: StageExpr = rebuilt.kind === 'load' && expr.kind === 'load' ? { ...rebuilt, buffer: rebuilt.buffer + by } : rebuilt;
    done.set(expr, result);
    return result;
  };
  return replace(root);
}

describe.skipIf(!compiler)(`random stages in C++${compiler ? '' : ' (skipped: no C++ compiler)'}`, () => {
  const program = joined(PROGRAMS.map((item) => item.program));
  let library: NativeLibrary;
  const models: NativeModel[] = [];

  beforeAll(async () => {
    const cacheFolder = testCache();
    const sources = emitCpp(
      hostTargets().map((target) => ({ target, module: compile(program, target) })),
      { name: 'random' },
    );
    library = await loadLibrary(await compileLibrary(sources, { cacheFolder }), { cacheFolder });
  }, 240_000);
  afterAll(() => models.forEach((model) => model.dispose()));

  for (const { name } of hostTargets()) {
    it(`agree with the direct evaluation in the variant ${name}`, () => {
      const model = library.create({ weights: new Uint8Array(library.weightsBytes), variant: name });
      models.push(model);
      const inputs = PROGRAMS.flatMap((item) =>
        item.program.inputs.map(({ buffer }, position) =>
          packValues((item.program.buffers[buffer] as Buffer).type, item.inputs[position] as Lane[]),
        ),
      );
      const types = program.outputs.map(({ buffer }) => (program.buffers[buffer] as Buffer).type);
      const outputs = library.outputs.map(({ shape }, position) =>
        allocateMemory(
          types[position] as MemoryType,
          shape.reduce((product, extent) => product * extent, 1),
        ),
      );
      model.run(inputs, outputs);
      PROGRAMS.forEach((item, position) => {
        const type = types[position] as MemoryType;
        const found = Array.from(outputs[position] as ArrayLike<Lane>, (value) => fromMemory(type, value));
        expectClose([found], runDirectly(item.program, item.inputs), type === 'f32' ? 1e-3 : 0, `program ${position}`);
      });
    });
  }
});
