// Statements, steps and threads: small modules whose results are known, compiled and run.
import { describe, expect, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import {
  add,
  advance,
  assign,
  call,
  comment,
  compare,
  constant,
  declare,
  F32,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  mul,
  pointerTo,
  register,
  type Statement,
  splat,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import type { Address, KernelModule, ModuleStep, StepArgument, TensorSlot } from '../../../codegen/module.ts';
import { WARNING_FLAGS } from '../../../targets/native/compiler-flags.ts';
import { compileLibrary, hostTargets, loadLibrary, type NativeLibrary, probeCompiler } from '../../../targets/native/index.ts';
import { testCache } from '../../native/test-cache.ts';

const { compiler } = await probeCompiler();
const best = hostTargets()[0] as ReturnType<typeof hostTargets>[number];

const floats = pointerTo('f32');
const output = local('out', floats);
const input = local('a', floats);
const position = local('i', INDEX);
const slot = (name: string, type: TensorSlot['type'], elements: number): TensorSlot => ({
  name,
  type,
  shape: [elements],
  bytes: elements * (type === 'i64' ? 8 : 4),
});
const address = (region: Address['region'], indexOf: number, offset: number, memory: 'f32' | 'i32' | 'bool' = 'f32'): StepArgument => ({
  kind: 'address',
  address: { region, index: indexOf, offset },
  memory,
});

function moduleOf(parts: Partial<KernelModule> & Pick<KernelModule, 'functions' | 'run'>): KernelModule {
  return {
    name: 'statements',
    prepare: [],
    inputs: [slot('in', 'f32', 8)],
    outputs: [slot('out', 'f32', 8)],
    weights: new Uint8Array(0),
    arenaBytes: 0,
    ...parts,
  };
}

async function open(module: KernelModule): Promise<NativeLibrary> {
  verifyModule(module);
  const sources = emitCpp([{ target: best, module }], { name: module.name });
  return loadLibrary(await compileLibrary(sources, { cacheFolder: testCache(), extraFlags: WARNING_FLAGS }), { cacheFolder: testCache() });
}

const kernel = (name: string, body: readonly Statement[]): KernelFunction => ({
  name,
  parameters: [
    { name: 'a', type: floats },
    { name: 'out', type: floats, writes: true },
  ],
  body,
});
const callKernel = (callee: string, from: StepArgument, to: StepArgument): ModuleStep => ({
  kind: 'call',
  callee,
  args: [from, to],
  label: callee,
  flops: 0,
});

/** Runs natively and in the interpreter; both must agree before the numbers are looked at. */
async function run(module: KernelModule, inputs: readonly ArrayBufferView[], threads = 1): Promise<number[]> {
  const outputs = module.outputs.map(({ bytes }) => new Float32Array(bytes / 4));
  using model = (await open(module)).create({ weights: module.weights, threads });
  model.run(inputs, outputs);
  expect(outputs.map((each) => Array.from(each))).toEqual(interpretModule(module, inputs).map((each) => Array.from(each as Float32Array)));
  return outputs.flatMap((each) => Array.from(each));
}

const numbers = new Float32Array([1, -2, 3, -4, 5, -6, 7, -8]);

describe.skipIf(!compiler)(`emitted statements${compiler ? '' : ' (skipped: no C++ compiler)'}`, () => {
  it('runs loops with steps, nested conditions, assignments and calls', async () => {
    const square = { ...kernel('square', [store(output, 0, mul(load(input), load(input)))]), inline: true };
    const value = local('value', F32);
    const body: Statement[] = [
      comment('odd positions are squared by a call, even ones doubled where positive'),
      loop(
        'i',
        0,
        8,
        [
          declare('value', load(advance(input, position))),
          {
            kind: 'if',
            condition: compare('gt', value, constant(0, F32)),
            then: [assign('value', add(value, value))],
            otherwise: [assign('value', constant(-1, F32))],
          },
          store(advance(output, position), 0, value),
        ],
        2,
      ),
      loop('j', 1, 8, [call('square', [advance(input, local('j', INDEX)), advance(output, local('j', INDEX))])], 2),
    ];
    const module = moduleOf({
      name: 'loops',
      functions: [square, kernel('main', body)],
      run: [callKernel('main', address('input', 0, 0), address('output', 0, 0))],
    });
    expect(await run(module, [numbers])).toEqual([2, 4, 6, 16, 10, 36, 14, 64]);
  }, 60_000);

  it('runs while loops, private arrays, barriers, moving pointers and vectors of different lengths', async () => {
    const scratch = local('scratch', floats);
    const cursor = local('cursor', floats);
    const left = local('left', INDEX);
    const body: Statement[] = [
      { kind: 'array', name: 'scratch', type: floats, elements: 8 },
      store(scratch, 0, add(load(input, 0, 4), splat(constant(10, F32), 4))),
      store(scratch, 4, add(load(input, 4, 4), splat(load(input), 4))),
      { kind: 'barrier' },
      declare('cursor', scratch),
      declare('left', index(8)),
      {
        kind: 'while',
        condition: compare('gt', left, index(0)),
        body: [
          store(advance(output, { kind: 'binary', type: INDEX, op: 'sub', left: index(8), right: left }), 0, load(cursor)),
          assign('cursor', advance(cursor, index(1))),
          assign('left', { kind: 'binary', type: INDEX, op: 'sub', left, right: index(1) }),
        ],
      },
      store(output, 6, mul(load(output, 6, 2), splat(constant(2, F32), 2))),
    ];
    const module = moduleOf({
      name: 'whiles',
      functions: [kernel('main', body)],
      run: [callKernel('main', address('input', 0, 0), address('output', 0, 0))],
    });
    expect(await run(module, [numbers])).toEqual([11, 8, 13, 6, 6, -5, 16, -14]);
  }, 60_000);

  it('evaluates the bound of a loop once', async () => {
    const bound = local('bound', INDEX);
    const body: Statement[] = [
      declare('bound', index(4)),
      loop('i', 0, bound, [assign('bound', index(8)), store(advance(output, position), 0, load(advance(input, position)))]),
      loop('j', 4, 8, [store(advance(output, local('j', INDEX)), 0, constant(0, F32))]),
    ];
    const module = moduleOf({
      name: 'bounds',
      functions: [kernel('main', body)],
      run: [callKernel('main', address('input', 0, 0), address('output', 0, 0))],
    });
    expect(await run(module, [numbers])).toEqual([1, -2, 3, -4, 0, 0, 0, 0]);
  }, 60_000);

  it('follows zero, branch, while and repeat steps', async () => {
    const addOne = kernel('add_one', [
      loop('i', 0, 8, [store(advance(output, position), 0, add(load(advance(input, position)), constant(1, F32)))]),
    ]);
    const ints = pointerTo('i32');
    const i32 = register('i32');
    const isBelow: KernelFunction = {
      name: 'is_below',
      parameters: [
        { name: 'sum', type: floats },
        { name: 'limit', type: F32 },
        { name: 'flag', type: pointerTo('bool'), writes: true },
      ],
      body: [store(local('flag', pointerTo('bool')), 0, compare('lt', load(local('sum', floats)), local('limit', F32)))],
    };
    const addCounter: KernelFunction = {
      name: 'add_counter',
      parameters: [
        { name: 'counter', type: ints },
        { name: 'out', type: floats, writes: true },
      ],
      body: [store(output, 0, add(load(output), { kind: 'convert', type: F32, value: load(local('counter', ints)) }))],
    };
    const setBranch: KernelFunction = {
      name: 'set_branch',
      parameters: [{ name: 'out', type: ints, writes: true }],
      body: [store(local('out', ints), 0, constant(1, i32))],
    };
    const at = (offset: number): Address => ({ region: 'arena', index: 0, offset });
    const sum = address('arena', 0, 0);
    const steps: ModuleStep[] = [
      { kind: 'zero', address: at(0), bytes: 32 },
      {
        kind: 'while',
        test: [
          {
            kind: 'call',
            callee: 'is_below',
            args: [sum, { kind: 'number', value: 5 }, address('arena', 0, 64, 'bool')],
            label: 'test',
            flops: 0,
          },
        ],
        condition: at(64),
        body: [callKernel('add_one', sum, sum)],
      },
      {
        kind: 'repeat',
        count: 4,
        counter: at(128),
        body: [{ kind: 'call', callee: 'add_counter', args: [address('arena', 0, 128, 'i32'), sum], label: 'count', flops: 0 }],
      },
      { kind: 'call', callee: 'set_branch', args: [address('arena', 0, 128, 'i32')], label: 'branch', flops: 0 },
      { kind: 'branch', index: at(128), branches: [[], [callKernel('add_one', sum, address('output', 0, 0))], []] },
    ];
    const module = moduleOf({
      name: 'steps',
      functions: [addOne, isBelow, addCounter, setBranch],
      run: steps,
      inputs: [],
      arenaBytes: 192,
    });
    // 5 from the loop, 0 + 1 + 2 + 3 from the count, 1 from the branch.
    expect(await run(module, [])).toEqual([12, 6, 6, 6, 6, 6, 6, 6]);
  }, 60_000);

  it('gives the same result with any number of threads, and reads weights and prepared memory', async () => {
    const rows = 1000;
    const range: KernelFunction = {
      name: 'scale_rows',
      parameters: [
        { name: 'a', type: floats },
        { name: 'w', type: floats },
        { name: 'halo', type: floats },
        { name: 'out', type: floats, writes: true },
        { name: 'begin', type: INDEX },
        { name: 'end', type: INDEX },
      ],
      body: [
        loop('i', local('begin', INDEX), local('end', INDEX), [
          store(
            advance(output, position),
            0,
            add(mul(load(advance(input, position)), load(local('w', floats), 1)), load(local('halo', floats))),
          ),
        ]),
      ],
    };
    const args = [address('input', 0, 0), address('weights', 0, 0), address('arena', 0, 64), address('output', 0, 0)];
    const step: ModuleStep = { kind: 'call', callee: 'scale_rows', args, parallel: { extent: rows }, label: 'rows', flops: 1 << 20 };
    const module = moduleOf({
      name: 'threads',
      functions: [range],
      run: [step],
      prepare: [{ kind: 'zero', address: { region: 'arena', index: 0, offset: 0 }, bytes: 128 }],
      arenaBytes: 128,
      inputs: [slot('in', 'f32', rows)],
      outputs: [slot('out', 'f32', rows)],
      weights: new Uint8Array(new Float32Array([0, 3]).buffer),
    });
    const data = Float32Array.from({ length: rows }, (_, i) => i);
    const library = await open(module);
    for (const threads of [1, 2, 3, 8]) {
      using model = library.create({ weights: module.weights, threads });
      for (let repeat = 0; repeat < 300; repeat++) {
        const result = new Float32Array(rows);
        model.run([data], [result]);
        expect(
          result.every((value, i) => value === 3 * i),
          `threads ${threads}, run ${repeat}`,
        ).toBe(true);
      }
    }
  }, 60_000);
});
