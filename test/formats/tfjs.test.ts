import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { type ModelFile, readModelBytes } from '../../compiler/formats/index.ts';
import { encodeFloat } from '../../compiler/ir/float16.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';

const topology = { model_config: { class_name: 'Sequential', config: { name: 's', layers: [] } }, keras_version: '2.10.0' };
const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

function readWith(manifest: unknown, shards: Record<string, Uint8Array> = {}, modelTopology: unknown = topology): Promise<ModelFile> {
  const json = { format: 'layers-model', modelTopology, weightsManifest: manifest };
  return readModelBytes(encode(json), 'model.json', async (path) => shards[path]);
}
const weightsOf = (model: ModelFile) => (model.weights.layout === 'names' ? model.weights.weights : new Map<string, NDArray>());
const weight = (name: string, shape: readonly number[], more: object = {}) => ({ name, shape, dtype: 'float32', ...more });

describe('TensorFlow.js models', () => {
  it('reads config, version and weights, some of which span two shards', async () => {
    const manifest = [{ paths: ['a.bin', 'sub/b.bin'], weights: [weight('d/kernel', [2]), weight('d/bias', [1])] }];
    const bytes = floats(1, 2, 3);
    const model = await readWith(manifest, { 'a.bin': bytes.subarray(0, 5), 'sub/b.bin': bytes.subarray(5) });
    expect(model).toMatchObject({ format: 'tfjs', kerasVersion: '2.10.0', config: { class_name: 'Sequential' } });
    expect([...weightsOf(model)].map(([name, array]) => [name, ...array.data])).toEqual([
      ['d/kernel', 1, 2],
      ['d/bias', 3],
    ]);
  });

  it('dequantizes uint8, uint16 and float16', async () => {
    const quantized = (dtype: string, more: object = {}) => ({ quantization: { dtype, ...more } });
    const manifest = [
      {
        paths: ['a'],
        weights: [
          weight('a', [3], quantized('uint8', { scale: 0.5, min: -1 })),
          weight('b', [1], quantized('uint16', { scale: 2, min: 1 })),
          weight('c', [1], quantized('float16')),
          weight('d', [1], { dtype: 'int32', ...quantized('uint8', { scale: 1.4, min: 0 }) }),
          weight('e', [2], { dtype: 'bool' }),
        ],
      },
    ];
    const half = encodeFloat('float16', 0.25);
    const shard = Uint8Array.of(0, 1, 255, 0x10, 0x20, half & 255, half >> 8, 2, 7, 0);
    const weights = weightsOf(await readWith(manifest, { a: Buffer.from(shard) }));
    expect([...weights.values()].map((array) => [...array.data])).toEqual([[-1, -0.5, 126.5], [0x2010 * 2 + 1], [0.25], [3], [1, 0]]);
    expect([...weights.values()].map((array) => array.dtype)).toEqual(['float32', 'float32', 'float32', 'int32', 'bool']);
  });

  it('turns Python tuples of the config into lists', async () => {
    const tuple = { class_name: '__tuple__', items: [1, { class_name: '__tuple__', items: [] }] };
    const model = await readWith([], {}, { class_name: 'Sequential', config: { shape: tuple } });
    expect(model.config).toEqual({ class_name: 'Sequential', config: { shape: [1, []] } });
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'http://host/x', 'C:\\x', '..\\x', ''])('never opens the shard %j', async (path) => {
    const asked: string[] = [];
    const json = { modelTopology: topology, weightsManifest: [{ paths: [path], weights: [] }] };
    const reading = readModelBytes(encode(json), 'model.json', async (name) => {
      asked.push(name);
      return new Uint8Array(0);
    });
    await expect(reading).rejects.toThrow(/outside the model's folder/);
    expect(asked).toEqual([]);
  });

  const shard = { a: floats(1) };
  it.each<[string, unknown, RegExp]>([
    ['a missing shard', [{ paths: ['b'], weights: [] }], /shard "b" is not beside/],
    ['too few bytes', [{ paths: ['a'], weights: [weight('w', [2])] }], /declares 8 bytes of weights; its shards hold 4/],
    ['too many bytes', [{ paths: ['a'], weights: [weight('w', [0])] }], /declares 0 bytes of weights; its shards hold 4/],
    ['a shape beyond memory', [{ paths: ['a'], weights: [weight('w', [1e9, 1e9])] }], /beyond 2 GiB/],
    [
      'weights that are large only together',
      [{ paths: [], weights: Array.from({ length: 5 }, (_, i) => weight(`w${i}`, [2 ** 28])) }],
      /at most 2 GiB/,
    ],
    ['a dimension that is text', [{ paths: ['a'], weights: [weight('w', ['1'] as never)] }], /dimension "1"/],
    ['text as weights', [{ paths: ['a'], weights: [weight('w', [1], { dtype: 'string' })] }], /type "string"/],
    [
      'an unknown quantization',
      [{ paths: ['a'], weights: [weight('w', [1], { quantization: { dtype: 'int4' } })] }],
      /quantized to "int4"/,
    ],
    [
      'a scale that is text',
      [{ paths: ['a'], weights: [weight('w', [4], { quantization: { dtype: 'uint8', scale: '1' } })] }],
      /scale "1"/,
    ],
    ['two weights of one name', [{ paths: ['a'], weights: [weight('w', [1]), weight('w', [0])] }], /Two weights/],
    ['a manifest that is a number', 7, /Expected a list/],
    ['a group that is a number', [7], /Expected an object/],
    ['a path that is a number', [{ paths: [7], weights: [] }], /name of a file/],
  ])('refuses %s, naming the place', async (_, manifest, message) => {
    await expect(readWith(manifest, shard)).rejects.toThrow(FormatError);
    await expect(readWith(manifest, shard)).rejects.toThrow(message);
    await expect(readWith(manifest, shard)).rejects.toThrow(/"model\.json" > "weightsManifest"/);
  });

  it('names graph models and missing topologies', async () => {
    await expect(readWith([], {}, { node: [] })).rejects.toThrow(/graph model/);
    await expect(readWith([], {}, { other: 1 })).rejects.toThrow(/neither "model_config" nor "class_name"/);
    await expect(readModelBytes(encode({ weightsManifest: [] }), 'model.json')).rejects.toThrow(/no topology/);
  });

  it('says where to find the weights when only bytes are given', async () => {
    const json = { modelTopology: topology, weightsManifest: [{ paths: ['a'], weights: [weight('w', [1])] }] };
    await expect(readModelBytes(encode(json), 'model.json')).rejects.toThrow(/lie in files beside it/);
  });
});

describe('TensorFlow.js models in JavaScript modules', () => {
  const module = (object: string) =>
    `!function(e){if("object"==typeof exports)module.exports=e();else{({}).model=e()}}(function(){return {1:[function(r,m,x){m.exports=${object}},{}]}});`;
  const object = `{format:"layers-model",'signature':{a:{b:1}},modelTopology:{keras_version:'2.2.4',model_config:{class_name:"Model",config:{rate:.5,on:!0,off:!1,none:void 0,big:1e3,neg:-.25,text:"a\\"b\\u0041"}}},weightsManifest:[]}`;

  it('finds the object without running anything', async () => {
    const model = await readModelBytes(encode(module(object)), 'model.min.js');
    expect(model.config).toEqual({
      class_name: 'Model',
      config: { rate: 0.5, on: true, off: false, none: null, big: 1000, neg: -0.25, text: 'a"bA' },
    });
  });

  it.each([
    ['a call', '{modelTopology:alert(1),weightsManifest:[]}', /Expected a value/],
    ['a getter', '{get modelTopology(){return 1},weightsManifest:[]}', /Expected a colon|no object that holds/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that must not be run
    ['a template', '{modelTopology:`${process.exit()}`,weightsManifest:[]}', /Expected a value/],
    ['a prototype', '{__proto__:{},modelTopology:{},weightsManifest:[]}', /__proto__/],
    ['an end', '{modelTopology:{a:1', /weights|Expected|begins with/],
    ['deep nesting', `{modelTopology:${'['.repeat(1e5)},weightsManifest:[]}`, /nests deeper/],
  ])('refuses %s in it', async (_, literal, message) => {
    await expect(readModelBytes(encode(module(literal)), 'model.min.js')).rejects.toThrow(FormatError);
    await expect(readModelBytes(encode(module(literal)), 'model.min.js')).rejects.toThrow(message);
  });
});
