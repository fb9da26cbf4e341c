// The parts of the runtime that train; whole bundles are trained in test/build and test/browser.
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../compiler/formats/index.ts';
import { permutation as permutationOfFit } from '../../compiler/keras/training/permutation.ts';
import type { Manifest, TensorInfo, Variant } from '../../runtime/manifest.ts';
import { permutation } from '../../runtime/permutation.ts';
import { readTensors, writeTensors } from '../../runtime/tensor-file.ts';
import { checkTraining, type TrainingInfo } from '../../runtime/training.ts';

describe('an order of samples', () => {
  it('is the one in which the compiler trains', () => {
    for (const [count, seed, epoch] of [
      [1, 0, 0],
      [100, 7, 0],
      [33, 2 ** 31 + 5, 4],
    ] as const)
      expect(permutation(count, seed, epoch)).toEqual(permutationOfFit(count, seed, epoch));
  });
});

const TENSORS: readonly (readonly [TensorInfo, Uint8Array])[] = [
  [{ name: 'flag', dtype: 'bool', shape: [3] }, Uint8Array.of(1, 0, 1)],
  [{ name: 'dense/kernel', dtype: 'float32', shape: [2] }, new Uint8Array(Float32Array.of(1.5, -2).buffer)],
  [{ name: 'iteration', dtype: 'int64', shape: [] }, new Uint8Array(BigInt64Array.of(12n).buffer)],
];
const EXPECTED = new Map(TENSORS.map(([info]) => [info.name, info]));

describe('a file of weights', () => {
  it('is one that others read, aligned, and comes back as it was', () => {
    const file = writeTensors(TENSORS);
    const found = readSafetensors(file);
    expect(found.get('dense/kernel')?.data).toEqual(Float32Array.of(1.5, -2));
    expect(found.get('iteration')?.data).toEqual(BigInt64Array.of(12n));
    expect(readTensors(file, EXPECTED)).toEqual(new Map(TENSORS.map(([{ name }, bytes]) => [name, bytes])));
  });

  it.each([
    ['is cut off', (file: Uint8Array) => file.subarray(0, 20), /its header is cut off/],
    ['has no JSON', (file: Uint8Array) => file.slice().fill(33, 8, 12), /its header is not JSON/],
    ['ends too early', (file: Uint8Array) => file.subarray(0, file.length - 2), /lies outside of it/],
  ])('that %s is refused', (_, damage, message) => {
    expect(() => readTensors(damage(writeTensors(TENSORS)), EXPECTED)).toThrow(message);
  });

  it('of another model is refused', () => {
    expect(() => readTensors(writeTensors(TENSORS), new Map())).toThrow('the file has a tensor "iteration", which this model has not');
    const other = new Map([...EXPECTED, ['flag', { name: 'flag', dtype: 'bool', shape: [4] } as TensorInfo]]);
    expect(() => readTensors(writeTensors(TENSORS), other)).toThrow('"flag" is BOOL [3] in the file and BOOL [4] in the model.');
  });
});

const VARIANT = { name: 'simd', memory: { bytes: 65_536 } } as Variant;
const MANIFEST = { files: { 'states.safetensors': { bytes: 1, sha256: '' } } } as unknown as Manifest;

function training(change: (info: { [K in keyof TrainingInfo]: unknown }) => void): unknown {
  const info = {
    format: 'kerasc-training',
    version: 1,
    batch: 2,
    entries: { train: { inputs: [{ name: 'x', role: 'x', dtype: 'float32', shape: [2, 3] }], outputs: [] } },
    states: [{ name: 'w', kind: 'weight', dtype: 'float32', shape: [4], offset: 0 }],
    learningRate: null,
    layouts: { simd: { states: { offset: 1024, bytes: 64 }, entries: { train: { inputs: [{ offset: 2048, bytes: 24 }], outputs: [] } } } },
  };
  change(info);
  return info;
}

describe('the description of a trainable program', () => {
  it('is taken where all lies in its memory', () => {
    expect(
      checkTraining(
        training(() => {}),
        MANIFEST,
        VARIANT,
      ).batch,
    ).toBe(2);
  });

  it.each([
    ['of another format', (info: Record<string, unknown>) => (info['version'] = 2), /none that this runtime reads/],
    [
      'with states beyond the memory',
      (info: { layouts: TrainingInfo['layouts'] }) => Object.assign(info.layouts['simd']?.states as object, { offset: 65_504 }),
      /states lie outside/,
    ],
    [
      'with a variable beyond the states',
      (info: { states: TrainingInfo['states'] }) => Object.assign(info.states[0] as object, { offset: 56 }),
      /"w" lies outside of the states/,
    ],
    [
      'with an unknown dtype',
      (info: { states: TrainingInfo['states'] }) => Object.assign(info.states[0] as object, { dtype: 'float8' }),
      /no known dtype/,
    ],
    [
      'with too little room for data',
      (info: { layouts: TrainingInfo['layouts'] }) =>
        Object.assign(info.layouts['simd']?.entries['train']?.inputs[0] as object, { bytes: 20 }),
      /no room for what "train" takes/,
    ],
    ['without the variant', (info: Record<string, unknown>) => (info['layouts'] = {}), /no layout for variant "simd"/],
  ] as const)('%s is refused', (_, change, message) => {
    expect(() => checkTraining(training(change as never), MANIFEST, VARIANT)).toThrow(message);
  });
});
