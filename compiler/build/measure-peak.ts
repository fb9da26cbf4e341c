// The machine's measured peak: how many multiply-adds a second it does when nothing else is in the way.
import {
  assign,
  constant,
  declare,
  INDEX,
  type KernelFunction,
  load,
  local,
  loop,
  mulAdd,
  pointerTo,
  register,
  store,
} from '../../codegen/kernel-ir/index.ts';
import type { KernelModule } from '../../codegen/module.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';

/** Iterations of a run: milliseconds on any machine. */
const ITERATIONS = 1_000_000;

export interface PeakProgram {
  readonly module: KernelModule;
  /** Operations of a run; a multiply-add counts as two. */
  readonly flops: number;
}

/** A module that keeps as many independent multiply-adds in flight as the registers hold, on each of `threads` threads. */
export function peakProgram(target: CpuTarget, threads: number): PeakProgram {
  const accumulators = target.registers - 3 - target.temporaries;
  const declared = peakFunction(target.lanes, accumulators);
  const address = { region: 'input', index: 0, offset: 0 } as const;
  const bytes = target.lanes * 4;
  const slot = (name: string) => ({ name, type: 'f32', shape: [target.lanes], bytes }) as const;
  const module: KernelModule = {
    name: 'peak',
    functions: [declared],
    prepare: [],
    run: [
      {
        kind: 'call',
        callee: declared.name,
        args: [
          { kind: 'address', address, memory: 'f32' },
          { kind: 'address', address: { ...address, region: 'output' }, memory: 'f32' },
        ],
        parallel: { extent: threads },
        label: 'peak',
        flops: 0,
      },
    ],
    inputs: [slot('factor')],
    outputs: [slot('sum')],
    weights: new Uint8Array(64),
    arenaBytes: 64,
  };
  return { module, flops: ITERATIONS * accumulators * target.lanes * 2 * threads };
}

/** c = c * x + x for each accumulator c, all in registers; their sum is stored so that none can be left out. */
function peakFunction(lanes: number, accumulators: number): KernelFunction {
  const type = register('f32', lanes);
  const floats = pointerTo('f32');
  const names = Array.from({ length: accumulators }, (_, index) => `c${index}`);
  const factor = local('x', type);
  const sum = names.slice(1).reduce((total, name) => mulAdd(local(name, type), factor, total), local('c0', type));
  const body = [
    ...names.map((name, index) => declare(name, constant(index, type))),
    loop(
      'k',
      0,
      ITERATIONS,
      names.map((name) => assign(name, mulAdd(local(name, type), factor, factor))),
    ),
    store(local('out', floats), 0, sum),
  ];
  return {
    name: 'peak',
    parameters: [
      { name: 'in', type: floats },
      { name: 'out', type: floats, writes: true },
      { name: 'begin', type: INDEX },
      { name: 'end', type: INDEX },
    ],
    body: [declare('x', load(local('in', floats), 0, lanes)), loop('i', local('begin', INDEX), local('end', INDEX), body)],
  };
}
