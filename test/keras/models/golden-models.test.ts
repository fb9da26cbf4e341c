import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../compiler/formats/index.ts';
import { decodeFloat } from '../../../compiler/ir/float16.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { clearSession } from '../../../compiler/keras/engine/index.ts';
import { flatten, type Nested } from '../../../compiler/keras/engine/structure.ts';
import { loadModel, type Model, modelFromJson } from '../../../compiler/keras/models/index.ts';
import { modelToBytes } from '../../../compiler/keras/saving/index.ts';

const FOLDER = new URL('../../golden/conformance/', import.meta.url).pathname;
const tensors = readSafetensors(readFileSync(`${FOLDER}models/tensors.safetensors`));

interface Case {
  readonly id: string;
  readonly keras: string;
  readonly h5?: string;
  readonly json?: string;
  readonly param_count: number;
  readonly summary_90: string;
  readonly inputs: unknown;
  readonly outputs: unknown;
}

const CASES = readFileSync(`${FOLDER}models/cases.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

/** The models made of layers that exist. */
const NAMES = [
  'class_weighted',
  'early_stopping',
  'inception_block',
  'mixed_float16_cnn',
  'mlp_softmax',
  'multi_output_dict',
  'ops_in_functional',
  'preprocessing_normalization',
  'residual_cnn',
  'residual_mlp',
  'separable_cnn',
  'shared_layer',
  'siamese',
  'transfer_frozen',
  'wide_and_deep_dict',
];

function decode(value: unknown): Nested<NDArray> {
  if (Array.isArray(value)) return value.map(decode);
  const object = value as Record<string, unknown>;
  const key = object['$tensor'];
  if (typeof key === 'string') return tensors.get(key) as NDArray;
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, decode(item)]));
}

const numbers = ({ dtype, data }: NDArray): number[] =>
  dtype === 'float16' || dtype === 'bfloat16'
    ? Array.from(data as Uint16Array, (bits) => decodeFloat(dtype, bits))
    : Array.from(data as Float32Array, Number);

/** The largest difference, relative to the largest expected value or 1. */
function difference(found: Nested<NDArray>, expected: Nested<NDArray>): number {
  const [left, right] = [flatten(found), flatten(expected)];
  expect(left.length).toBe(right.length);
  const differences = right.map((array, index) => {
    const [want, have] = [numbers(array), numbers(left[index] as NDArray)];
    expect(have.length).toBe(want.length);
    const scale = want.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    return want.reduce((most, value, at) => Math.max(most, Math.abs(value - (have[at] as number)) / scale), 0);
  });
  return Math.max(...differences);
}

const summaryOf = (model: Model): string => {
  let text = '';
  model.summary({
    lineLength: 90,
    printFn: (printed) => {
      text = printed;
    },
  });
  return text;
};
// The recorded summaries went through a terminal of 80 columns.
const crop = (text: string): string => text.replace(/^(.{80}).*$/gmu, '$1').replace(/ +$/gm, '');

beforeEach(clearSession);

describe.each(NAMES)('the model %s of Keras', (name) => {
  const golden = CASES.find(({ id }) => id === `models/${name}`) as Case;
  const tolerance = name.includes('float16') ? 5e-3 : 1e-5;
  const predict = (model: Model): Nested<NDArray> => model.predict(decode(golden.inputs));

  it('loads from every file that it is saved in and computes what Keras computes', async () => {
    for (const path of [golden.keras, golden.h5]) {
      if (path === undefined) continue;
      expect(difference(predict(await loadModel(FOLDER + path)), decode(golden.outputs))).toBeLessThan(tolerance);
    }
  });

  it('prints the summary of Keras', async () => {
    const model = await loadModel(FOLDER + golden.keras);
    expect(model.countParams()).toBe(golden.param_count);
    expect(crop(summaryOf(model))).toBe(crop(golden.summary_90));
  });

  it('survives being saved and loaded', async () => {
    const model = await loadModel(FOLDER + golden.keras);
    const again = await loadModel(await modelToBytes(model));
    expect(JSON.parse(again.toJson())).toEqual(JSON.parse(model.toJson()));
    expect(difference(predict(again), predict(model))).toBe(0);
  });
});

it.each(CASES.filter(({ id, json }) => json && NAMES.includes(id.slice('models/'.length))))('$id is built from its JSON', (golden) => {
  const model = modelFromJson(readFileSync(FOLDER + (golden.json as string), 'utf8'));
  expect(model.countParams()).toBe(golden.param_count);
});

it('a model whose file holds a Lambda is refused, and loads with the function given by the user', async () => {
  const golden = CASES.find(({ id }) => id === 'models/lambda_refused') as Case;
  await expect(loadModel(FOLDER + golden.keras)).rejects.toThrow('in layer "lambda" (Lambda)');
  const { multiply, add } = await import('../../../compiler/keras/ops/index.ts');
  const model = await loadModel(FOLDER + golden.keras, { customObjects: { lambda: (x: never) => add(multiply(x, 2), 1) } });
  expect(difference(model.predict(decode(golden.inputs)), decode(golden.outputs))).toBeLessThan(1e-5);
});
