import { beforeEach, describe, expect, it } from 'vitest';
import { clearSession, Input, type KerasTensor, Layer } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { cloneModel, Model, Sequential } from '../../../compiler/keras/models/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import '../../../compiler/keras/saving/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';

beforeEach(clearSession);

const x = ops.ones([2, 4]);
const values = (model: Model, input: Tensor = x): number[] => Array.from((model(input) as Tensor).data, Number);

function functional(): Model {
  const input = Input({ shape: [4], name: 'x' });
  const shared = new layers.Dense(4, { name: 'shared', kernelInitializer: 'ones' });
  const twice = shared(shared(input));
  return new Model({ inputs: input, outputs: ops.add(twice, 1), name: 'whole' });
}

describe('cloneModel', () => {
  it('makes new layers with the same config, and shares what was shared', () => {
    const model = functional();
    const clone = cloneModel(model);
    expect(clone.name).toBe('whole');
    expect(clone.toJson()).toBe(model.toJson());
    expect(clone.getLayer('shared')).not.toBe(model.getLayer('shared'));
    expect(clone.weights.length).toBe(2);
    expect(values(clone)).toEqual(values(model));
    clone.getLayer('shared').setWeights([ops.zeros([4, 4]).value, ops.zeros([4]).value]);
    expect(values(clone)).not.toEqual(values(model));
  });

  it('lets a function make the layers', () => {
    const clone = cloneModel(functional(), { cloneFunction: () => new layers.Dense(4, { name: 'shared', kernelInitializer: 'zeros' }) });
    expect(values(clone)).toEqual(new Array(8).fill(1));
  });

  it('lets a function call the layers, and so insert others', () => {
    const model = functional();
    const clone = cloneModel(model, {
      cloneFunction: (layer) => layer,
      callFunction: (operation, ...args) => {
        const output = operation.invoke(...args) as KerasTensor;
        return operation instanceof layers.Dense ? new layers.Rescaling(2)(output) : output;
      },
    });
    expect(clone.getLayer('shared')).toBe(model.getLayer('shared'));
    expect(values(clone)).toEqual(values(model).map((value) => (value - 1) * 4 + 1));
  });

  it('builds on tensors that are given', () => {
    const input = Input({ shape: [2] });
    const clone = cloneModel(functional(), { inputTensors: new layers.Dense(4)(input) });
    expect(clone.inputs[0]?.shape).toEqual([null, 4]);
    expect(() => cloneModel(functional(), { inputTensors: [input, input] })).toThrow('in the structure of model.input');
  });

  it('clones a Sequential with its input, and refuses to call its layers', () => {
    const model = new Sequential([Input({ shape: [4], name: 'in' }), new layers.Dense(3, { name: 'd' })], { name: 's', trainable: false });
    const clone = cloneModel(model);
    expect([clone.name, clone.trainable, clone.inputs[0]?.name, clone.countParams()]).toEqual(['s', false, 'in', 15]);
    expect(cloneModel(new Sequential([new layers.Dense(3)])).built).toBe(false);
    expect(() => cloneModel(model, { callFunction: () => 0 })).toThrow('not supported with Sequential models');
  });

  it('clones models in models whole, or layer by layer', () => {
    const inner = new Sequential([Input({ shape: [4] }), new layers.Dense(4, { name: 'deep' })], { name: 'inner' });
    const input = Input({ shape: [4] });
    const model = new Model({ inputs: input, outputs: inner(inner(input)) });
    const seen = (recursive: boolean): string[] => {
      const names: string[] = [];
      const keep = (layer: Layer): Layer => {
        names.push(layer.name);
        return layer;
      };
      cloneModel(model, { recursive, cloneFunction: keep });
      return names;
    };
    expect(seen(false)).toEqual(['inner']);
    expect(seen(true)).toEqual(['deep']);
    expect(cloneModel(model, { recursive: true }).countParams()).toBe(20);
  });

  it('clones classes of the user, and models of them by their config alone', () => {
    class Twice extends Layer {
      override call(inputs: Tensor): Tensor {
        return ops.multiply(inputs, 2);
      }
    }
    const input = Input({ shape: [4] });
    const model = new Model({ inputs: input, outputs: new Twice()(new layers.Lambda((y: Tensor) => ops.negative(y))(input)) });
    expect(values(cloneModel(model))).toEqual(new Array(8).fill(-2));
    class Own extends Model {
      readonly dense = new layers.Dense(2);
      override call(inputs: Tensor): Tensor {
        return this.dense(inputs);
      }
      override getConfig(): Record<string, unknown> {
        return { name: this.name };
      }
    }
    const own = new Own();
    const clone = cloneModel(own);
    expect(clone).toBeInstanceOf(Own);
    expect((clone as Own).dense).not.toBe(own.dense);
    expect(() => cloneModel(own, { cloneFunction: (layer) => layer })).toThrow('only supported for Sequential models or Functional models');
  });
});
