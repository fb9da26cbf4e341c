// The smallest model that tests of loading need: out = in * weights, element by element, in two rows that threads share.
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { advance, INDEX, type KernelFunction, load, local, loop, mul, pointerTo, store } from '../../codegen/kernel-ir/index.ts';
import type { KernelModule } from '../../codegen/module.ts';
import { hostTargets, type NativeSources } from '../../targets/native/index.ts';

const ELEMENTS = 16;
const floats = pointerTo('f32');
const at = (name: string) => advance(local(name, floats), local('i', INDEX));

export const tinyWeights = (): Float32Array => Float32Array.from({ length: ELEMENTS }, (_, i) => i + 1);

export function tinyModule(name = 'tiny'): KernelModule {
  const multiply: KernelFunction = {
    name: 'multiply',
    parameters: [
      { name: 'a', type: floats },
      { name: 'w', type: floats },
      { name: 'out', type: floats, writes: true },
      { name: 'begin', type: INDEX },
      { name: 'end', type: INDEX },
    ],
    body: [loop('i', local('begin', INDEX), local('end', INDEX), [store(at('out'), 0, mul(load(at('a')), load(at('w'))))])],
  };
  const slot = (slotName: string) => ({ name: slotName, type: 'f32' as const, shape: [2, ELEMENTS / 2], bytes: ELEMENTS * 4 });
  const argument = (region: 'input' | 'weights' | 'output') => ({
    kind: 'address' as const,
    memory: 'f32' as const,
    address: { region, index: 0, offset: 0 },
  });
  return {
    name,
    functions: [multiply],
    prepare: [],
    inputs: [slot('image')],
    outputs: [slot('scores')],
    weights: new Uint8Array(tinyWeights().buffer),
    arenaBytes: 64,
    run: [
      {
        kind: 'call',
        callee: 'multiply',
        args: [argument('input'), argument('weights'), argument('output')],
        parallel: { extent: ELEMENTS },
        label: 'multiply',
        flops: 0,
      },
    ],
  };
}

export const tinySources = (name = 'tiny'): NativeSources =>
  emitCpp(
    hostTargets().map((target) => ({ target, module: tinyModule(name) })),
    { name },
  );
