import { beforeEach, describe, expect, it } from 'vitest';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { clearSession, Input, Layer, type LayerOptions } from '../../../compiler/keras/engine/index.ts';
import { InputLayer } from '../../../compiler/keras/engine/input-layer.ts';
import type { OpInstance } from '../../../compiler/keras/engine/operation.ts';
import { Dense } from '../../../compiler/keras/layers/core/dense.ts';
import { Lambda } from '../../../compiler/keras/layers/core/lambda.ts';
import { Model } from '../../../compiler/keras/models/model.ts';
import { Sequential } from '../../../compiler/keras/models/sequential.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { deserializeKerasObject } from '../../../compiler/keras/saving/deserialize.ts';
import { toCamelCase, toFileCase } from '../../../compiler/keras/saving/key-case.ts';
import { hardSigmoidOfKeras2 } from '../../../compiler/keras/saving/legacy-activations.ts';
import { registerBuiltins, registerKerasSerializable } from '../../../compiler/keras/saving/registry.ts';
import { serializeKerasObject } from '../../../compiler/keras/saving/serialize.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';

registerBuiltins('keras.layers', { Dense, InputLayer, Lambda });
registerBuiltins('keras', { Sequential });
registerBuiltins('keras.src.models.functional', { Functional: Model });

beforeEach(clearSession);

const values = (array: unknown): number[] => [...((array as NDArray).data as Float32Array)];
const x = tensorOf('float32', [1, 2], new Float32Array([1, 2]));
const ones = { kernel_initializer: { class_name: 'Ones', config: {} }, bias_initializer: { class_name: 'Ones', config: {} } };

describe('config keys', () => {
  it('have snake case in files and camel case in code, and come back', () => {
    for (const [file, code] of [
      ['kernel_size', 'kernelSize'],
      ['beta_1', 'beta_1'],
      ['l2', 'l2'],
      ['use_bias', 'useBias'],
    ] as const) {
      expect(toCamelCase(file)).toBe(code);
      expect(toFileCase(code)).toBe(file);
    }
  });
});

describe('a plain op in a config', () => {
  it('is found without its module, as HDF5 files name it', () => {
    const op = deserializeKerasObject({ class_name: 'NotEqual', config: { name: 'mask' } }) as OpInstance;
    expect([op.name, op.className]).toEqual(['mask', 'NotEqual']);
  });
});

describe('a layer whose config lacks a required argument', () => {
  it('is refused with a TypeError that names it', () => {
    expect(() => deserializeKerasObject({ module: 'keras.layers', class_name: 'Dense', config: { name: 'dense' } })).toThrow(
      new TypeError('Dense is missing 1 required positional argument: "units". Received: {"name":"dense"}'),
    );
  });
});

describe('a model comes back from its own config', () => {
  const again = (model: Model): Model => deserializeKerasObject(JSON.parse(model.toJson())) as Model;

  it('with shared layers, plain ops and structures', () => {
    const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [2], name: 'b' })];
    const shared = new Dense(2, { name: 'shared' });
    const difference = ops.subtract(shared(a), shared(b));
    const model = new Model({
      inputs: { a, b },
      outputs: { total: ops.sum(difference, { axis: 1, keepdims: true }), twice: ops.multiply(difference, 2) },
    });
    const copy = again(model);
    expect(JSON.parse(copy.toJson())).toEqual(JSON.parse(model.toJson()));
    copy.setWeights(model.getWeights());
    const inputs = { a: x, b: tensorOf('float32', [1, 2], new Float32Array([0, 7])) };
    const [first, second] = [model.predict(inputs), copy.predict(inputs)] as unknown as [Record<string, NDArray>, Record<string, NDArray>];
    expect(values(second['total'])).toEqual(values(first['total']));
    expect(values(second['twice'])).toEqual(values(first['twice']));
  });

  it('with a model inside, called twice', () => {
    const tower = new Sequential([Input({ shape: [2] }), new Dense(1)], { name: 'tower' });
    const inner = new Model({ inputs: tower.inputs[0] as never, outputs: tower.outputs[0] as never, name: 'inner' });
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const model = new Model({ inputs: [a, b], outputs: ops.add(inner(a), inner(b)) });
    expect(again(model).countParams()).toBe(3);
  });

  it('if it ends in a model inside', () => {
    const a = Input({ shape: [2] });
    const inner = new Model({ inputs: a, outputs: new Dense(1)(a), name: 'inner' });
    const b = Input({ shape: [2] });
    const model = new Model({ inputs: b, outputs: inner(b) });
    expect((JSON.parse(model.toJson()) as { config: { output_layers: unknown } }).config.output_layers).toEqual(['inner', 1, 0]);
    expect(again(model).outputs[0]?.shape).toEqual([null, 1]);
  });
});

describe('configs of older versions', () => {
  it('Keras 2: functional models with calls as nested lists', () => {
    const layer = (name: string, units: number, inbound: unknown): object => ({
      class_name: 'Dense',
      config: { name, trainable: true, dtype: 'float32', units, activation: 'linear', use_bias: true, ...ones },
      name,
      inbound_nodes: inbound,
    });
    const model = deserializeKerasObject({
      class_name: 'Functional',
      config: {
        name: 'old',
        layers: [
          {
            class_name: 'InputLayer',
            config: { batch_input_shape: [null, 2], dtype: 'float32', sparse: false, ragged: false, name: 'input_1' },
            name: 'input_1',
            inbound_nodes: [],
          },
          layer('d1', 2, [[['input_1', 0, 0, {}]]]),
          layer('d2', 1, [[['d1', 0, 0, {}]], [['input_1', 0, 0, {}]]]),
        ],
        input_layers: [['input_1', 0, 0]],
        output_layers: [
          ['d2', 0, 0],
          ['d2', 1, 0],
        ],
      },
    }) as Model;
    const [first, second] = model.predict(x) as unknown as NDArray[];
    expect([values(first), values(second)]).toEqual([[9], [4]]);
  });

  it('Keras 1: Sequential with sizes under their old names', () => {
    const model = deserializeKerasObject({
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          {
            class_name: 'Dense',
            config: { name: 'd', output_dim: 3, input_dim: 2, init: 'ones', bias: false, batch_input_shape: [null, 2] },
          },
        ],
      },
    }) as Sequential;
    expect(values(model.predict(x))).toEqual([3, 3, 3]);
  });

  it('Keras 2: `hard_sigmoid` is 0.2 x + 0.5', () => {
    const layer = deserializeKerasObject(
      { class_name: 'Dense', config: { name: 'd', units: 1, activation: 'hard_sigmoid', ...ones } },
      { kerasVersion: '2.2.4' },
    ) as Dense;
    expect(values((layer(x) as Tensor).value)).toEqual([1]);
    expect(values(hardSigmoidOfKeras2(tensorOf('float32', [3], new Float32Array([-5, 1, 5]))).value)).toEqual([0, Math.fround(0.7), 1]);
  });
});

describe('a config is refused', () => {
  it('if a key is unknown: it may change what the layer computes', () => {
    expect(() => deserializeKerasObject({ class_name: 'Dense', config: { name: 'd', units: 1, sharpness: 3 } })).toThrow(
      'Unrecognized keyword arguments passed to Dense: sharpness=3\n  in layer "d" (Dense)',
    );
  });

  it('if the class is not known, with the way round', () => {
    expect(() => deserializeKerasObject({ module: null, class_name: 'MyThing', config: {}, registered_name: 'Custom>MyThing' })).toThrow(
      /^Could not locate class 'MyThing'\. If it is a class of yours, pass it: loadModel\(path, \{ customObjects: \{ MyThing \} \}\)/,
    );
  });

  it('if it holds code, naming the layer; the user may give the function', () => {
    const config = { module: 'keras.layers', class_name: 'Lambda', config: { name: 'twice', function: { class_name: '__lambda__' } } };
    expect(() => deserializeKerasObject(config)).toThrow(
      /^Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda\.[\s\S]*in layer "twice"/,
    );
    const layer = deserializeKerasObject(config, { customObjects: { twice: (value: Tensor) => ops.multiply(value, 2) } }) as Layer;
    expect(values((layer(x) as Tensor).value)).toEqual([2, 4]);
  });

  it('if its graph has a loop', () => {
    const dense = (name: string, from: string): object => ({
      class_name: 'Dense',
      config: { name, units: 1 },
      name,
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const config = { name: 'm', layers: [dense('a', 'b'), dense('b', 'a')], input_layers: [], output_layers: [['a', 0, 0]] };
    expect(() => deserializeKerasObject({ class_name: 'Functional', config })).toThrow('either has loops or disconnected nodes');
  });
});

describe('a layer of your own', () => {
  class Shift extends Layer {
    readonly amountOfShift: number;
    constructor(options: LayerOptions & { readonly amountOfShift?: number } = {}) {
      super(options);
      this.amountOfShift = options.amountOfShift ?? 0;
    }
    override call(inputs: Tensor): Tensor {
      return ops.add(inputs, this.amountOfShift);
    }
    override getConfig(): Record<string, unknown> {
      return { ...super.getConfig(), amountOfShift: this.amountOfShift };
    }
  }

  it('comes back when passed as a custom object, or registered', () => {
    const config = serializeKerasObject(new Shift({ amountOfShift: 3 })) as { class_name: string; config: Record<string, unknown> };
    expect(config.config).toMatchObject({ name: 'shift', amount_of_shift: 3 });
    expect((deserializeKerasObject(config, { customObjects: { Shift } }) as Shift).amountOfShift).toBe(3);
    registerKerasSerializable(Shift, { package: 'test' });
    const registered = serializeKerasObject(new Shift({ amountOfShift: 4 })) as { registered_name: string };
    expect(registered.registered_name).toBe('test>Shift');
    expect((deserializeKerasObject(registered) as Shift).amountOfShift).toBe(4);
  });
});
