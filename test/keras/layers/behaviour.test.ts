import { describe, expect, it } from 'vitest';
import { getKerasMask } from '../../../compiler/keras/engine/mask.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from '../ops/numbers.ts';

describe('BatchNormalization', () => {
  it('normalizes by the batch while training and moves its averages', () => {
    const layer = new layers.BatchNormalization({ momentum: 0.5 });
    const inputs = sample([16, 3]);
    const [mean, variance] = ops.moments(inputs, 0) as [Tensor, Tensor];
    const outputs = layer(inputs, { training: true }) as Tensor;
    expect(Math.max(...numbersOf(ops.mean(outputs, { axis: 0 })).map(Math.abs))).toBeLessThan(float32Error(16));
    const [movingMean, movingVariance] = [layer.movingMean, layer.movingVariance].map((weight) =>
      numbersOf(ops.convertToTensor(weight?.read() as Tensor)),
    );
    expect(
      worstDifference(
        movingMean as number[],
        numbersOf(mean).map((value) => value / 2),
      ),
    ).toBeLessThan(float32Error());
    expect(
      worstDifference(
        movingVariance as number[],
        numbersOf(variance).map((value) => (1 + value) / 2),
      ),
    ).toBeLessThan(float32Error());
  });

  it('uses the moving averages otherwise, and leaves them', () => {
    const layer = new layers.BatchNormalization({ epsilon: 0 });
    const outputs = layer(sample([4, 3])) as Tensor;
    expect(numbersOf(outputs)).toEqual(numbersOf(sample([4, 3])));
    expect(layer.getWeights().map(({ data }) => Array.from(data as Float32Array))).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });
});

describe('random layers', () => {
  it('drop the share that they are told and keep the mean', () => {
    const outputs = numbersOf(new layers.Dropout(0.25, { seed: 1 })(ops.ones([100, 100]), { training: true }) as Tensor);
    const dropped = outputs.filter((value) => value === 0).length / outputs.length;
    // 10,000 draws: 5 sigma of a share of 1/4 is 0.022.
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.022);
    expect(new Set(outputs)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('draw anew at each call, and the same from the same seed', () => {
    const draw = (layer: layers.Dropout): number[] => numbersOf(layer(ops.ones([50]), { training: true }) as Tensor);
    const [first, second] = [new layers.Dropout(0.5, { seed: 3 }), new layers.Dropout(0.5, { seed: 3 })];
    const draws = [draw(first), draw(first)];
    expect(draws[0]).not.toEqual(draws[1]);
    expect([draw(second), draw(second)]).toEqual(draws);
  });

  it('drop whole channels in SpatialDropout', () => {
    const outputs = new layers.SpatialDropout1D(0.5, { seed: 2 })(ops.ones([4, 5, 6]), { training: true }) as Tensor;
    expect(numbersOf(ops.ptp(outputs, { axis: 1 }))).toEqual(new Array(24).fill(0));
  });

  it('add noise of the deviation that they are told', () => {
    const noise = new layers.GaussianNoise(0.5, { seed: 2 })(ops.zeros([100, 100]), { training: true }) as Tensor;
    expect(Math.abs(numbersOf(ops.mean(noise))[0] as number)).toBeLessThan(0.025);
    expect(Math.abs((numbersOf(ops.std(noise))[0] as number) - 0.5)).toBeLessThan(0.02);
  });
});

describe('masks', () => {
  it('of Masking leave steps out of GlobalAveragePooling1D', () => {
    const inputs = ops.reshape([1, 3, 0, 5], [1, 4, 1]);
    const masked = new layers.Masking()(ops.cast(inputs, 'float32')) as Tensor;
    expect(numbersOf(getKerasMask(masked) as Tensor)).toEqual([1, 1, 0, 1]);
    expect(numbersOf(new layers.GlobalAveragePooling1D()(masked) as Tensor)).toEqual([3]);
  });

  it('come out of Embedding where 0 is padding', () => {
    const outputs = new layers.Embedding(5, 2, { maskZero: true })(ops.convertToTensor([[1, 0, 3]])) as Tensor;
    expect(numbersOf(getKerasMask(outputs) as Tensor)).toEqual([1, 0, 1]);
  });

  it('are refused by Softmax where they do not broadcast', () => {
    expect(() => new layers.Softmax()(ops.zeros([1, 3]), { mask: ops.ones([2, 3]) })).toThrow(
      /The `mask` must be broadcastable to `inputs`/,
    );
  });
});

describe('dtypes', () => {
  it('computes in 16 bits with weights of 32 under a mixed policy', () => {
    const layer = new layers.Dense(2, { dtype: 'mixed_float16' });
    expect((layer(sample([2, 3])) as Tensor).dtype).toBe('float16');
    expect(layer.kernel?.dtype).toBe('float32');
  });

  it('gives integer images back as integers from Resizing, as floats from Rescaling', () => {
    const images = ops.cast(ops.ones([1, 2, 2, 3]), 'uint8');
    expect((new layers.Resizing(4, 4)(images) as Tensor).dtype).toBe('uint8');
    expect((new layers.Rescaling(1 / 255)(images) as Tensor).dtype).toBe('float32');
  });
});

describe('low-rank adaptation', () => {
  it('changes nothing before it is trained, and freezes the kernel', () => {
    const plain = new layers.Dense(3);
    const adapted = new layers.Dense(3, { loraRank: 2 });
    const inputs = sample([2, 4]);
    const expected = numbersOf(plain(inputs) as Tensor);
    adapted(inputs);
    adapted.setWeights([...plain.getWeights(), ...adapted.getWeights().slice(2)]);
    expect(numbersOf(adapted(inputs) as Tensor)).toEqual(expected);
    expect(adapted.trainableWeights.map(({ name }) => name)).toEqual(['bias', 'lora_kernel_a', 'lora_kernel_b']);
  });
});

describe('Normalization', () => {
  it('learns mean and variance from data', () => {
    const layer = new layers.Normalization();
    const data = sample([50, 3]);
    layer.adapt(data);
    const outputs = layer(data) as Tensor;
    expect(Math.max(...numbersOf(ops.mean(outputs, { axis: 0 })).map(Math.abs))).toBeLessThan(float32Error(50));
    expect(worstDifference(numbersOf(ops.var(outputs, { axis: 0 })), [1, 1, 1])).toBeLessThan(float32Error(50));
  });
});
