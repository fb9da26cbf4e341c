import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../compiler/formats/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { elementCount } from '../../../compiler/ir/shape.ts';
import * as applications from '../../../compiler/keras/applications/index.ts';
import { clearSession } from '../../../compiler/keras/engine/index.ts';
import type { Model } from '../../../compiler/keras/models/index.ts';
import { mapKeys, toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import '../../../compiler/keras/saving/index.ts';

const FOLDER = new URL('../../golden/conformance/', import.meta.url).pathname;

interface Case {
  readonly application: string;
  readonly kwargs: Record<string, unknown>;
  readonly config_file: string;
  readonly param_count: number;
  readonly input: {
    readonly shape: readonly [number, number, number, number];
    readonly k: number;
    readonly range: readonly [number, number];
  };
  readonly output: { readonly $tensor: string };
}

const CASES = readFileSync(`${FOLDER}applications/cases.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)
  .filter(({ application }) => application in applications);

const build = ({ application, kwargs }: Case): Model =>
  (applications as unknown as Record<string, (options: object) => Model>)[application]?.(mapKeys(kwargs, toCamelCase)) as Model;

/** The hash of the golden data: element `i` of tensor `k`, in [0, 1). */
function uniform(k: number, i: number): number {
  let x = (i + Math.imul(k, 0x9e3779b9)) | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return (x >>> 0) / 2 ** 32;
}

function weightValue(name: string, shape: readonly number[], k: number): NDArray {
  const isDepthwise = shape.length === 4 && shape[3] === 1;
  const fan = elementCount(isDepthwise ? shape.slice(0, 2) : shape.slice(0, -1));
  const scale = (u: number): number => {
    if (name === 'moving_variance' || name === 'variance') return 0.75 + 0.5 * u;
    if (name === 'gamma') return 1 + 0.2 * (u - 0.5);
    return shape.length >= 2 ? (2 * u - 1) * Math.sqrt(6 / fan) : 0.1 * (u - 0.5);
  };
  return { dtype: 'float32', shape, data: Float32Array.from({ length: elementCount(shape) }, (_, i) => scale(uniform(k, i))) };
}

function inputValue({ shape, k, range }: Case['input']): NDArray {
  const data = new Float32Array(elementCount(shape));
  const [, height, width, channels] = shape;
  for (let i = 0; i < data.length; i++) {
    const c = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / (channels * width)) % height;
    const n = Math.floor(i / (channels * width * height));
    const v = Math.fround(0.5 * (2 * uniform(k, i) - 1) + 0.5 * Math.sin(0.15 * (n + 1) * y + 0.1 * x * (c + 1) + n));
    data[i] = range[1] === 255 ? Math.fround(v + 1) * 127.5 : v;
  }
  return { dtype: 'float32', shape, data };
}

beforeEach(clearSession);

describe.each(CASES.map((golden) => [golden.application, golden] as const))('%s', (_, golden) => {
  it('has the layers of Keras under their names', () => {
    const config = JSON.parse(gunzipSync(readFileSync(FOLDER + golden.config_file)).toString()) as {
      config: { layers: readonly { name: string; class_name: string }[] };
    };
    const model = build(golden);
    expect(model.countParams()).toBe(golden.param_count);
    const named = config.config.layers.map(({ name, class_name }) => [name, class_name]);
    // Plain ops stand in the config as layers do.
    const found = model.operations.map((operation) => [operation.name, (operation as unknown as { className: string }).className]);
    expect(found).toEqual(named);
  });
});

it.each(['MobileNetV2', 'EfficientNetB0'])('%s computes what Keras computes', (application) => {
  const golden = CASES.find((candidate) => candidate.application === application) as Case;
  const model = build(golden);
  model.setWeights(
    model.weights.map((weight, k) => (weight.dtype === 'float32' ? weightValue(weight.name, weight.shape, k) : weight.value)),
  );
  const { data } = model.predict(inputValue(golden.input)) as NDArray;
  const expected = readSafetensors(readFileSync(`${FOLDER}applications/tensors.safetensors`)).get(golden.output.$tensor)
    ?.data as Float32Array;
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(expected.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(data[i]))), 0) / scale).toBeLessThan(1e-4);
});
