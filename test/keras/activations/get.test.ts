import { describe, expect, it } from 'vitest';
import * as activations from '../../../compiler/keras/activations/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { numbersOf } from '../ops/numbers.ts';

describe('activations.get', () => {
  it('finds each built-in function by the name that serialize gives it', () => {
    const names = [
      'relu',
      'relu6',
      'softmax',
      'elu',
      'selu',
      'gelu',
      'silu',
      'tanh',
      'sigmoid',
      'linear',
      'mish',
      'hard_sigmoid',
      'log_softmax',
      'leaky_relu',
    ] as const;
    for (const name of names) expect(activations.serialize(activations.get(name))).toBe(name);
  });

  it('takes swish for silu, and nothing for the identity', () => {
    expect(activations.serialize(activations.get('swish'))).toBe('silu');
    expect(activations.serialize(activations.get(null))).toBe('linear');
    expect(activations.get({ class_name: 'function', config: 'relu' })).toBe(activations.get('relu'));
  });

  it('gives functions back as they are', () => {
    const double = (x: Tensor): Tensor => ops.multiply(x, 2);
    expect(activations.get(double)).toBe(double);
    expect(activations.serialize(double)).toBe(double);
  });

  it('says which name it does not know', () => {
    expect(() => activations.get('nope' as never)).toThrow(/Could not interpret activation function identifier: nope/);
  });
});

describe('relu', () => {
  it('bounds, shifts and slopes as its options say', () => {
    const x = [-10, -1, 0.5, 3, 9];
    expect(numbersOf(activations.relu(x))).toEqual([0, 0, 0.5, 3, 9]);
    expect(numbersOf(activations.relu(x, { maxValue: 6 }))).toEqual([0, 0, 0.5, 3, 6]);
    expect(numbersOf(activations.relu(x, { negativeSlope: 0.5, maxValue: 2, threshold: 1 }))).toEqual([-5.5, -1, -0.25, 2, 2]);
  });

  it('has gelu exact by default, unlike ops.gelu', () => {
    expect(numbersOf(activations.gelu([1.5]))).not.toEqual(numbersOf(ops.gelu([1.5])));
    expect(numbersOf(activations.gelu([1.5], { approximate: true }))).toEqual(numbersOf(ops.gelu([1.5])));
  });
});
