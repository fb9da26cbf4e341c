// Programs with loops and branches, compiled, against the direct evaluation; and what the module verifier refuses.
import { describe, expect, it } from 'vitest';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import { axisIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, ElementwiseName, Program, ProgramStep, StageExpr } from '../../../codegen/stage/stage.ts';
import { bufferOf, compile, programOf, runAsWasm, runCompiled, runDirectly, stageOf, TARGETS } from './run-program.ts';

const i: Axis = { name: 'i', extent: 6 };
const vector = (buffer: number): StageExpr => ({ kind: 'load', type: 'f32', buffer, indices: [axisIndex(i)] });
const scalar = (buffer: number): StageExpr => ({ kind: 'load', type: 'i32', buffer, indices: [] });
const integer = (value: number): StageExpr => ({ kind: 'constant', type: 'i32', value });
const op = (name: ElementwiseName, a: StageExpr, b: StageExpr, type = a.type): StageExpr => ({
  kind: 'elementwise',
  type,
  op: name,
  args: [a, b],
});
const asFloat = (value: StageExpr): StageExpr => ({ kind: 'cast', type: 'f32', value });
const step = (stage: ReturnType<typeof stageOf>): ProgramStep => ({ kind: 'stage', stage });

/** total = 0; then x * counter three times; one of two branches; doubling while a counter is below a limit. */
function makeProgram(): Program {
  const X = 0,
    LIMIT = 1,
    TOTAL = 2,
    COUNTER = 3,
    COUNT = 4,
    GOES_ON = 5,
    OUT = 6;
  const buffers = [
    bufferOf(X, 'input', 'f32', [6]),
    bufferOf(LIMIT, 'input', 'i32', []),
    bufferOf(TOTAL, 'scratch', 'f32', [6]),
    bufferOf(COUNTER, 'scratch', 'i32', []),
    bufferOf(COUNT, 'scratch', 'i32', []),
    bufferOf(GOES_ON, 'scratch', 'bool', []),
    bufferOf(OUT, 'output', 'f32', [6]),
  ];
  const all = [axisIndex(i)];
  const steps: ProgramStep[] = [
    step(stageOf(TOTAL, [i], all, { kind: 'constant', type: 'f32', value: 0 }, 'start')),
    {
      kind: 'repeat',
      count: 3,
      counter: COUNTER,
      body: [step(stageOf(TOTAL, [i], all, op('add', vector(TOTAL), op('multiply', vector(X), asFloat(scalar(COUNTER)))), 'accumulate'))],
    },
    step(stageOf(COUNT, [], [], integer(0), 'count_start')),
    {
      kind: 'while',
      condition: GOES_ON,
      test: [step(stageOf(GOES_ON, [], [], op('less', scalar(COUNT), scalar(LIMIT), 'bool'), 'test'))],
      body: [
        step(stageOf(TOTAL, [i], all, op('add', vector(TOTAL), vector(TOTAL)), 'double')),
        step(stageOf(COUNT, [], [], op('add', scalar(COUNT), integer(1)), 'count')),
      ],
    },
    {
      kind: 'branch',
      index: COUNT,
      branches: [
        [step(stageOf(OUT, [i], all, vector(X), 'none'))],
        [step(stageOf(OUT, [i], all, vector(TOTAL), 'once'))],
        [step(stageOf(OUT, [i], all, op('subtract', vector(TOTAL), vector(X)), 'twice'))],
      ],
    },
  ];
  return { ...programOf(buffers, []), steps };
}

describe('control flow', () => {
  it('repeats, loops while a condition holds, and takes the branch of an index', () => {
    const program = makeProgram();
    const x = [1, 2, 3, -4, 5, 0.5];
    for (const limit of [0, 1, 2]) {
      const expected = runDirectly(program, [x, [limit]]);
      expect(expected[0]).toEqual(x.map((value) => [value, 6 * value, 11 * value][limit]));
      for (const target of TARGETS) expect(runCompiled(program, target, [x, [limit]])).toEqual(expected);
      expect(runAsWasm(program, [x, [limit]])).toEqual(expected);
    }
  });

  it('keeps what a loop needs in memory of its own', () => {
    const module = compile(makeProgram(), TARGETS[0] as (typeof TARGETS)[0]);
    expect(module.arenaBytes % 64).toBe(0);
    // Total, counter, count and condition are alive together.
    expect(module.arenaBytes).toBeGreaterThanOrEqual(4 * 64);
  });
});

describe('module verifier', () => {
  const module = compile(makeProgram(), TARGETS[1] as (typeof TARGETS)[0]);

  it('refuses calls of unknown functions and wrong arguments', () => {
    expect(() => verifyModule({ ...module, functions: module.functions.slice(1) })).toThrow(/there is no such function/);
    const [first] = module.run;
    if (first?.kind !== 'call') throw new Error('the program starts with a call');
    expect(() => verifyModule({ ...module, run: [{ ...first, args: [] }] })).toThrow(/parameters, 2 arguments/);
  });

  it('refuses addresses outside of the arena and of missing inputs', () => {
    expect(() => verifyModule({ ...module, arenaBytes: 0 })).toThrow(/of 0 of arena/);
    expect(() => verifyModule({ ...module, inputs: [] })).toThrow(/input 0, which does not exist/);
  });
});
