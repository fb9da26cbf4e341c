// Global settings: what follows them, and what they refuse.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callbacks, config, Input, layers, losses, metrics, ops, Sequential } from '../../../compiler/index.ts';

afterEach(() => {
  config.setFloatx('float32');
  config.setEpsilon(1e-7);
  config.setImageDataFormat('channels_last');
  config.setMaxEpochs(null);
  config.setMaxStepsPerEpoch(null);
  vi.restoreAllMocks();
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

  it('limits the length of training', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const model = new Sequential([new layers.Dense(1)]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    config.setMaxEpochs(2);
    config.setMaxStepsPerEpoch(3);
    let steps = 0;
    const count = new callbacks.LambdaCallback({ onTrainBatchEnd: () => void steps++ });
    const history = await model.fit(ops.ones([20, 1]), ops.ones([20, 1]), { epochs: 5, batchSize: 2, verbose: 0, callbacks: [count] });
    expect([history.history['loss']?.length, steps]).toEqual([2, 6]);
    expect(warn.mock.calls.flat()).toEqual(['Limiting epochs to 2', 'Limiting steps_per_epoch to 3']);
  });

  it('refuses what it does not know', () => {
    expect(() => config.setFloatx('int8' as never)).toThrow(/Unknown `floatx` value: int8. Expected one of \{'bfloat16'/);
    expect(() => config.setImageDataFormat('nope' as never)).toThrow(/must be one of \{'channels_first', 'channels_last'\}/);
    expect(config.imageDataFormat()).toBe('channels_last');
  });
});
