import { afterEach, describe, expect, it } from 'vitest';
import type { Shape } from '../../../compiler/ir/shape.ts';
import { Input } from '../../../compiler/keras/engine/index.ts';
import * as initializers from '../../../compiler/keras/initializers/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { modelFromJson, Sequential } from '../../../compiler/keras/models/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import {
  CustomObjectScope,
  customObjectScope,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
} from '../../../compiler/keras/saving/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';

class Sevens extends initializers.Initializer {
  override values(shape: Shape): Float64Array {
    return new Float64Array(shape.reduce((product, dim) => product * dim, 1)).fill(7);
  }
}

const cube = (x: Tensor): Tensor => ops.power(x, 3) as Tensor;

afterEach(() => {
  for (const name of Object.keys(getCustomObjects())) delete getCustomObjects()[name];
});

describe('registration', () => {
  it('knows classes and functions by package and name', () => {
    registerKerasSerializable(Sevens, { package: 'mine', name: 'Seven' });
    expect(getRegisteredName(Sevens)).toBe('mine>Seven');
    expect(getRegisteredObject('mine>Seven')).toBe(Sevens);
    expect(getRegisteredName(Sequential)).toBe('Sequential');
    expect(getRegisteredObject('nothing')).toBeUndefined();
    expect(getRegisteredObject('given', { customObjects: { given: cube } })).toBe(cube);
    expect(() => registerKerasSerializable(class Bare {})).toThrow('does not have a getConfig() method: Bare');
  });

  it('takes a function through a file', () => {
    registerKerasSerializable(cube, { package: 'mine' });
    const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1, { activation: cube, kernelInitializer: 'ones' })]);
    const json = model.toJson();
    expect(json).toContain('"class_name":"function","config":"mine>cube"');
    const loaded = modelFromJson(json);
    expect(Array.from((loaded(ops.full([1, 1], 2)) as Tensor).data as Float32Array)).toEqual([8]);
  });
});

describe('a scope of custom objects', () => {
  const find = (): unknown => getRegisteredObject('Sevens');

  it('ends with its function, also when that throws', () => {
    expect(customObjectScope({ Sevens }, find)).toBe(Sevens);
    expect(() =>
      customObjectScope({ Sevens }, () => {
        throw new Error('out');
      }),
    ).toThrow('out');
    expect(find()).toBeUndefined();
  });

  it('ends when it is disposed', () => {
    {
      using _scope = new CustomObjectScope({ Sevens });
      expect(find()).toBe(Sevens);
    }
    expect(find()).toBeUndefined();
  });

  it('reaches what stands inside layers', () => {
    const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1, { kernelInitializer: new Sevens(), activation: cube })]);
    registerKerasSerializable(cube);
    const json = model.toJson();
    for (const name of Object.keys(getCustomObjects())) delete getCustomObjects()[name];
    expect(() => modelFromJson(json)).toThrow('Could not interpret');
    const loaded = modelFromJson(json, { customObjects: { Sevens, cube } });
    expect(Array.from(loaded.weights[0]?.value.data as Float32Array)).toEqual([7, 7]);
  });
});
