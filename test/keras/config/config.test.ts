// Global settings: what follows them, and what they refuse.
import { afterEach, describe, expect, it } from 'vitest';
import { config, Input, layers, losses, metrics, ops } from '../../../compiler/index.ts';

afterEach(() => {
  config.setFloatx('float32');
  config.setEpsilon(1e-7);
  config.setImageDataFormat('channels_last');
});

describe('the configuration', () => {
  it('gives layers, losses and metrics their float type', () => {
    config.setFloatx('float64');
    expect(new layers.Dense(1)(Input({ shape: [2], dtype: 'float64' })).dtype).toBe('float64');
    expect(new losses.MeanSquaredError()(ops.ones([2]), ops.zeros([2])).dtype).toBe('float64');
    expect(new metrics.Mean().total.dtype).toBe('float64');
  });

  it('gives layers their data format', () => {
    config.setImageDataFormat('channels_first');
    expect(new layers.Conv2D(4, 3).dataFormat).toBe('channels_first');
    expect(new layers.Conv2D(4, 3, { dataFormat: 'channels_last' }).dataFormat).toBe('channels_last');
  });

  it('gives losses what keeps their logarithms finite', () => {
    const loss = (): number => Number(losses.klDivergence(ops.ones([1, 1]), ops.zeros([1, 1])).item());
    const before = loss();
    config.setEpsilon(1e-3);
    // log(1 / epsilon)
    expect(before).toBeCloseTo(7 * Math.LN10, 4);
    expect(loss()).toBeCloseTo(3 * Math.LN10, 4);
  });

  it('refuses what it does not know', () => {
    expect(() => config.setFloatx('int8' as never)).toThrow(/Unknown `floatx` value: int8. Expected one of \{'bfloat16'/);
    expect(() => config.setImageDataFormat('nope' as never)).toThrow(/must be one of \{'channels_first', 'channels_last'\}/);
    expect(config.imageDataFormat()).toBe('channels_last');
  });
});
