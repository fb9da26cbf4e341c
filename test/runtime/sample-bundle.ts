// A small model made by hand, as a bundle: one dense layer with ReLU, any batch, two outputs.
import { emitWasm, layoutMemory } from '../../codegen/emit/wasm/index.ts';
import {
  add,
  advance,
  assign,
  binary,
  constant,
  declare,
  INDEX,
  load,
  local,
  loop,
  mulAdd,
  pointerTo,
  register,
  scale,
  splat,
  store,
} from '../../codegen/kernel-ir/index.ts';
import type { Expr, KernelFunction } from '../../codegen/kernel-ir/types.ts';
import type { KernelModule, ModuleStep, StepArgument } from '../../codegen/module.ts';
import type { BundleContents } from '../../targets/bundle/index.ts';
import { WASM_RELAXED, WASM_SIMD } from '../../targets/cpu.ts';

export const BATCH = 4;
export const FEATURES = 10;
export const CLASSES = 8;

const F32 = pointerTo('f32');
const V = register('f32', 4);
const i = local('i', INDEX);
const j = local('j', INDEX);
const k = local('k', INDEX);
const at = (pointer: string, ...terms: Expr[]): Expr => advance(local(pointer, F32), terms.reduce(add));

/** scores[i, j] = max(bias[j] + sum_k image[i, k] weights[k, j], 0); first[i] = scores[i, 0] */
const dense: KernelFunction = {
  name: 'dense__f32_relu',
  parameters: [
    { name: 'weights', type: F32 },
    { name: 'image', type: F32 },
    { name: 'scores', type: F32, writes: true },
    { name: 'first', type: F32, writes: true },
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ],
  body: [
    loop('i', local('begin', INDEX), local('end', INDEX), [
      loop(
        'j',
        0,
        CLASSES,
        [
          declare('sum', load(at('weights', j), FEATURES * CLASSES, 4)),
          loop('k', 0, FEATURES, [
            assign(
              'sum',
              mulAdd(splat(load(at('image', scale(i, FEATURES), k)), 4), load(at('weights', scale(k, CLASSES), j), 0, 4), local('sum', V)),
            ),
          ]),
          store(at('scores', scale(i, CLASSES), j), 0, binary('max', local('sum', V), constant(0, V))),
        ],
        4,
      ),
      store(at('first', i), 0, load(at('scores', scale(i, CLASSES)))),
    ]),
  ],
};

/** Irrational-looking, the same everywhere. */
export const sample = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, position) => Math.sin(position * 1.7 + seed) * 0.9);

const address = (region: 'weights' | 'input' | 'output', index = 0): StepArgument => ({
  kind: 'address',
  memory: 'f32',
  address: { region, index, offset: 0 },
});
const step: ModuleStep = {
  kind: 'call',
  callee: dense.name,
  args: [address('weights'), address('input'), address('output', 0), address('output', 1)],
  parallel: { extent: BATCH },
  label: 'dense',
  flops: 2 * BATCH * FEATURES * CLASSES,
};

export const WEIGHTS = sample((FEATURES + 1) * CLASSES, 3);

export const MODULE: KernelModule = {
  name: 'digits',
  functions: [dense],
  prepare: [],
  run: [step],
  inputs: [{ name: 'image', type: 'f32', shape: [BATCH, FEATURES], bytes: BATCH * FEATURES * 4 }],
  outputs: [
    { name: 'scores', type: 'f32', shape: [BATCH, CLASSES], bytes: BATCH * CLASSES * 4 },
    { name: 'first', type: 'f32', shape: [BATCH], bytes: BATCH * 4 },
  ],
  weights: new Uint8Array(WEIGHTS.buffer),
  arenaBytes: 0,
};

export function safetensors(data: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({
      __metadata__: { format: 'kerasc' },
      dense: { dtype: 'U8', shape: [data.length], data_offsets: [0, data.length] },
    }).padEnd(128),
  );
  const file = new Uint8Array(8 + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  file.set(data, 8 + header.length);
  return file;
}

export function sampleContents(extra: Partial<BundleContents> = {}): BundleContents {
  const weights = safetensors(MODULE.weights);
  return {
    name: 'digits',
    compilerVersion: '0.1.0',
    batch: BATCH,
    inputs: [{ name: 'image', dtype: 'float32', shape: [null, FEATURES] }],
    outputs: [
      { name: 'scores', dtype: 'float32', shape: [null, CLASSES] },
      { name: 'first', dtype: 'float32', shape: [null] },
    ],
    programs: [WASM_RELAXED, WASM_SIMD].map((target) => ({
      target,
      code: emitWasm(MODULE, target),
      memory: layoutMemory(MODULE),
      weights,
    })),
    ...extra,
  };
}

/** The scores that the model should give, in double precision. */
export function expectedScores(image: Float32Array): number[] {
  const samples = image.length / FEATURES;
  return Array.from({ length: samples * CLASSES }, (_, position) => {
    const [row, column] = [Math.floor(position / CLASSES), position % CLASSES];
    let sum = WEIGHTS[FEATURES * CLASSES + column] as number;
    for (let feature = 0; feature < FEATURES; feature++)
      sum += (image[row * FEATURES + feature] as number) * (WEIGHTS[feature * CLASSES + column] as number);
    return Math.max(sum, 0);
  });
}
