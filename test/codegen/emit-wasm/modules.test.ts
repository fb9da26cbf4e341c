// Steps, regions and memory of emitted modules.
import { describe, expect, it } from 'vitest';
import { emitWasm, emitWasmText, layoutMemory } from '../../../codegen/emit/wasm/index.ts';
import {
  add,
  advance,
  compare,
  constant,
  convert,
  INDEX,
  load,
  local,
  loop,
  mulAdd,
  pointerTo,
  register,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import type { KernelFunction, MemoryType } from '../../../codegen/kernel-ir/types.ts';
import type { Address, KernelModule, ModuleStep, StepArgument } from '../../../codegen/module.ts';
import { AVX2, WASM_RELAXED, WASM_SIMD } from '../../../targets/cpu.ts';
import { createProgramMemory, instantiateWasm } from '../../../targets/node/instantiate.ts';
import { moduleOf, runEverywhere, slot } from './run-kernel.ts';

const I32 = pointerTo('i32');
const at = (region: Address['region'], offset = 0, position = 0): Address => ({ region, index: position, offset });
const pointer = (address: Address, memory: MemoryType = 'i32'): StepArgument => ({ kind: 'address', address, memory });
const run = (callee: string, ...args: readonly StepArgument[]): ModuleStep => ({ kind: 'call', callee, args, label: callee, flops: 0 });

/** p[0] += by */
const bump: KernelFunction = {
  name: 'bump',
  parameters: [
    { name: 'p', type: I32, writes: true },
    { name: 'by', type: register('i32') },
  ],
  body: [store(local('p', I32), 0, add(load(local('p', I32)), local('by', register('i32'))))],
};

const copy: KernelFunction = {
  name: 'copy',
  parameters: [
    { name: 'from', type: I32 },
    { name: 'to', type: I32, writes: true },
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ],
  body: [
    loop('i', local('begin', INDEX), local('end', INDEX), [
      store(advance(local('to', I32), local('i', INDEX)), 0, load(advance(local('from', I32), local('i', INDEX)))),
    ]),
  ],
};

/** flag = p[0] < limit */
const below: KernelFunction = {
  name: 'below',
  parameters: [
    { name: 'p', type: I32 },
    { name: 'limit', type: register('i32') },
    { name: 'flag', type: pointerTo('bool'), writes: true },
  ],
  body: [store(local('flag', pointerTo('bool')), 0, compare('lt', load(local('p', I32)), local('limit', register('i32'))))],
};

function moduleWith(steps: Partial<KernelModule>): KernelModule {
  return moduleOf([bump, copy, below], [slot('x', 'i32', 4)], [slot('y', 'i32', 4)], { arenaBytes: 128, ...steps });
}

const copyOut = (from: Address): ModuleStep => ({
  kind: 'call',
  callee: 'copy',
  args: [pointer(from), pointer(at('output'))],
  parallel: { extent: 4 },
  label: 'copy',
  flops: 0,
});
const clear: ModuleStep = { kind: 'zero', address: at('arena'), bytes: 128 };
const number = (value: number): StepArgument => ({ kind: 'number', value });

function expectSame(module: KernelModule, input: readonly number[]): readonly unknown[] {
  const outcomes = runEverywhere(module, [{ type: 'i32', values: input }]);
  for (const { target, expected, found } of outcomes) expect(found, target).toEqual(expected);
  return outcomes[0]?.found ?? [];
}

describe('steps', () => {
  it('call functions on weights, arena, inputs and outputs, over the whole of a range', () => {
    const weights = new Uint8Array(new Int32Array([7, 8, 9, 10]).buffer);
    const found = expectSame(
      moduleWith({ weights, run: [copyOut(at('weights')), run('bump', pointer(at('output', 4)), number(100))] }),
      [1, 2, 3, 4],
    );
    expect(found).toEqual([7, 108, 9, 10]);
  });

  it('repeat, count and nest', () => {
    const inner: ModuleStep = {
      kind: 'repeat',
      count: 3,
      counter: at('arena', 4),
      body: [run('bump', pointer(at('arena', 8)), number(1))],
    };
    const outer: ModuleStep = {
      kind: 'repeat',
      count: 5,
      counter: at('arena'),
      body: [inner, { kind: 'repeat', count: 0, counter: at('arena', 12), body: [inner] }],
    };
    expect(expectSame(moduleWith({ prepare: [clear], run: [outer, copyOut(at('arena'))] }), [0, 0, 0, 0])).toEqual([4, 2, 15, 0]);
  });

  it.each([
    [0, 10],
    [1, 20],
    [2, 0],
    [-1, 0],
  ])('branch %i adds %i', (chosen, added) => {
    const branch: ModuleStep = {
      kind: 'branch',
      index: at('input'),
      branches: [[run('bump', pointer(at('arena', 8)), number(10))], [run('bump', pointer(at('arena', 8)), number(20))]],
    };
    expect(expectSame(moduleWith({ prepare: [clear], run: [branch, copyOut(at('arena'))] }), [chosen, 0, 0, 0])[2]).toBe(added);
  });

  it('loop while their test holds', () => {
    const loopStep: ModuleStep = {
      kind: 'while',
      test: [run('below', pointer(at('arena')), number(17), pointer(at('arena', 32), 'bool'))],
      condition: at('arena', 32),
      body: [run('bump', pointer(at('arena')), number(5))],
    };
    expect(expectSame(moduleWith({ prepare: [clear], run: [loopStep, copyOut(at('arena'))] }), [0, 0, 0, 0])[0]).toBe(20);
  });
});

describe('memory', () => {
  it('holds each region on 64 bytes, none over another, in whole pages', () => {
    const module = moduleWith({ weights: new Uint8Array(100), arenaBytes: 192, run: [] });
    const layout = layoutMemory(module);
    const regions = [layout.weights, layout.arena, ...layout.inputs, ...layout.outputs];
    for (const { offset } of regions) expect(offset % 64).toBe(0);
    regions.slice(1).forEach((region, position) => {
      const before = regions[position];
      expect(region.offset).toBeGreaterThanOrEqual((before?.offset ?? 0) + (before?.bytes ?? 0));
    });
    expect(layout.bytes).toBe(65_536);
    using program = instantiateWasm(emitWasm(module, WASM_SIMD), module);
    expect(program.memory.buffer.byteLength).toBe(layout.bytes);
  });

  it('of more than 4 GiB is refused with the sizes', () => {
    expect(() => layoutMemory(moduleWith({ arenaBytes: 5 * 2 ** 30, run: [] }))).toThrow(
      /test needs 5\.0 GiB.*activations 5\.0 GiB.*smaller batch/,
    );
  });

  it('may be one for many programs, whose weights and halos come back when their turn does', () => {
    const memory = createProgramMemory();
    const programs = [5, 6].map((value) => {
      const weights = new Uint8Array(new Int32Array(30_000).fill(value).buffer);
      const module = moduleWith({
        weights,
        prepare: [clear, run('bump', pointer(at('arena')), number(value))],
        run: [run('bump', pointer(at('arena')), number(0)), copyOut(at('weights')), run('bump', pointer(at('output')), number(1))],
      });
      return instantiateWasm(emitWasm(module, WASM_SIMD), module, { memory });
    });
    const results = [0, 1, 0, 0, 1].map((which) => [...(programs[which]?.run([new Int32Array(4)])[0] ?? [])]);
    expect(results).toEqual([
      [6, 5, 5, 5],
      [7, 6, 6, 6],
      [6, 5, 5, 5],
      [6, 5, 5, 5],
      [7, 6, 6, 6],
    ]);
  });
});

describe('emitted bytes', () => {
  const vectors: KernelFunction = {
    name: 'vectors',
    parameters: [
      { name: 'x', type: pointerTo('f32') },
      { name: 'y', type: pointerTo('f32'), writes: true },
    ],
    body: [
      store(
        local('y', pointerTo('f32')),
        0,
        mulAdd(load(local('x', pointerTo('f32')), 0, 4), constant(2, register('f32', 4)), constant(1, register('f32', 4))),
      ),
    ],
  };
  const module = moduleOf([vectors], [slot('x', 'f32', 4)], [slot('y', 'f32', 4)]);

  it('use relaxed SIMD only for targets with a fused multiply-add', () => {
    expect(emitWasmText(module, WASM_RELAXED)).toContain('f32x4.relaxed_madd');
    expect(emitWasmText(module, WASM_SIMD)).not.toContain('relaxed');
  });

  it('are the same each time', () => {
    expect(emitWasm(module, WASM_SIMD)).toEqual(emitWasm(module, WASM_SIMD));
  });

  it('splat from memory and fold constant offsets into the access', () => {
    const splatting: KernelFunction = {
      ...vectors,
      body: [
        store(local('y', pointerTo('f32')), 2, { kind: 'splat', type: register('f32', 4), value: load(local('x', pointerTo('f32')), 3) }),
      ],
    };
    const text = emitWasmText(moduleOf([splatting], module.inputs, module.outputs), WASM_SIMD);
    expect(text).toMatch(/v128\.load32_splat offset=12/);
    expect(text).toMatch(/v128\.store offset=8/);
  });

  it('export every step for profiling when asked, and names when asked', () => {
    const exportsOf = (bytes: Uint8Array): string[] =>
      WebAssembly.Module.exports(new WebAssembly.Module(bytes as BufferSource)).map(({ name }) => name);
    expect(exportsOf(emitWasm(module, WASM_SIMD))).toEqual(['prepare', 'run']);
    const layers = emitWasm(module, WASM_SIMD, { layers: true, names: true });
    expect(exportsOf(layers)).toEqual(['prepare', 'run_0', 'run']);
    expect(Buffer.from(layers).includes('vectors')).toBe(true);
    expect(Buffer.from(emitWasm(module, WASM_SIMD)).includes('vectors')).toBe(false);
  });

  it('are refused for targets of another emitter', () => {
    expect(() => emitWasm(module, AVX2)).toThrow('WebAssembly asked for target avx2');
  });

  it('keep what programs say of wrong inputs understandable', () => {
    using program = instantiateWasm(emitWasm(module, WASM_SIMD), module);
    expect(() => program.run([new Float32Array(3)])).toThrow('input x has 12 bytes, expected 16 for f32 [4]');
    expect(() => program.run([])).toThrow('test takes 1 inputs, got 0');
    program.dispose();
    expect(() => program.run([new Float32Array(4)])).toThrow('test was disposed of');
  });

  it('saturate where a float becomes an index', () => {
    const clamp: KernelFunction = {
      ...vectors,
      name: 'clamp',
      body: [
        store(local('y', pointerTo('f32')), 0, convert(convert(load(local('x', pointerTo('f32'))), 'index'), 'f32')),
        loop('i', 1, 4, [store(advance(local('y', pointerTo('f32')), local('i', INDEX)), 0, constant(0, register('f32')))]),
      ],
    };
    for (const { expected, found } of runEverywhere(moduleOf([clamp], module.inputs, module.outputs), [
      { type: 'f32', values: [1e20, 0, 0, 0] },
    ]))
      expect(found).toEqual(expected);
  });
});
