import { describe, expect, it } from 'vitest';
import { dtypePolicies, layers } from '../../../compiler/index.ts';
import { numbersOf } from '../ops/numbers.ts';

describe('dtype policies', () => {
  it('come back from their configs, whatever their class', () => {
    const names = [
      'mixed_bfloat16',
      'int8_from_float32',
      'int4/64_from_float32',
      'float8_from_mixed_bfloat16',
      'gptq/4/128_from_float32',
      'awq/4/-1_from_float32',
    ];
    for (const name of names) {
      const policy = dtypePolicies.get(name);
      expect(policy.name).toBe(name);
      const back = dtypePolicies.deserialize(dtypePolicies.serialize(policy));
      expect(back.constructor).toBe(policy.constructor);
      expect(back.serialize()).toEqual(policy.serialize());
    }
  });

  it('are written as Keras writes them', () => {
    expect(dtypePolicies.get('int4/64_from_float32').serialize()).toEqual({
      module: 'keras.dtype_policies',
      class_name: 'Int4DTypePolicy',
      config: { mode: 'int4/64', source_name: 'float32' },
      registered_name: null,
    });
  });

  it('refuse what has another form', () => {
    expect(() => dtypePolicies.get('int4/x_from_float32')).toThrow('<block_size> must be an integer');
    expect(() => dtypePolicies.get('int4/0_from_float32')).toThrow('-1 (per-channel) or a positive integer');
    expect(() => dtypePolicies.get('awq/8/128_from_float32')).toThrow('AWQ only supports 4-bit quantization');
    expect(() => dtypePolicies.get('int8_from_mixed_float16')).toThrow("doesn't work well with compute_dtype='float16'");
    expect(() => dtypePolicies.get('int8')).toThrow('into a valid pair (`mode`, `source_name`)');
  });

  it('of a map are those of the paths of layers', () => {
    const map = new dtypePolicies.DTypePolicyMap('mixed_bfloat16', { 'block/.*': 'float32', head: 'int8_from_float32' });
    expect([map.forPath('block/dense').name, map.forPath('head').name, map.forPath('tail').name]).toEqual([
      'float32',
      'int8_from_float32',
      'mixed_bfloat16',
    ]);
    map.set('block/d.*', 'float64');
    expect(() => map.forPath('block/dense')).toThrow('matches multiple dtype policy specification keys');
    const head = new layers.Dense(2, { name: 'head', dtype: map });
    head.build([null, 3]);
    expect(head.weights.map(({ name }) => name)).toEqual(['bias', 'kernel', 'kernel_scale']);
    expect(dtypePolicies.deserialize(map.serialize()).serialize()).toEqual(map.serialize());
  });
});

describe('quantizing a layer', () => {
  const inputs = [[0.5, -1, 2, 0.25]];

  it.each(['int8', 'int4', 'float8'])('to %s changes its output by no more than the rounding of its weights allows', (mode) => {
    const layer = new layers.Dense(3, { useBias: false });
    const before = numbersOf(layer(inputs));
    const largest = Math.max(...numbersOf(layer.kernel?.read() as never).map(Math.abs));
    layer.quantize(mode);
    const after = numbersOf(layer(inputs));
    // Half a step of the weights for each of the inputs, and half a step of the inputs for each of the weights.
    const steps = { int8: 127, int4: 7, float8: 8 }[mode] as number;
    const bound = (3.75 * largest * 1.2) / (2 * steps) + (4 * largest * 2) / (2 * (mode === 'float8' ? 8 : 127));
    after.forEach((value, index) => {
      expect(Math.abs(value - (before[index] as number))).toBeLessThanOrEqual(bound);
    });
    expect(after).not.toEqual(before);
    expect(layer.dtypePolicy.name).toBe(mode === 'int4' ? 'int4/128_from_float32' : `${mode}_from_float32`);
    expect(() => layer.quantize(mode)).toThrow('is already quantized');
  });

  it('needs its weights', () => {
    expect(() => new layers.Dense(3).quantize('int8')).toThrow("Cannot quantize a layer that isn't yet built");
    expect(() => new layers.Dense(3).quantize('int2')).toThrow('Invalid quantization mode');
  });
});
