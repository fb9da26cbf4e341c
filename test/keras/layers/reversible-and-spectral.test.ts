import { describe, expect, it } from 'vitest';
import type { KerasTensor } from '../../../compiler/keras/engine/keras-tensor.ts';
import { getKerasMask } from '../../../compiler/keras/engine/mask.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from '../ops/numbers.ts';

describe('ReversibleEmbedding', () => {
  const tokens = ops.convertToTensor([[1, 0, 3]]);

  it('scores vectors by its own table on the way back', () => {
    const layer = new layers.ReversibleEmbedding(5, 4, { maskZero: true });
    const vectors = layer(tokens);
    expect(numbersOf(getKerasMask(vectors) as Tensor)).toEqual([1, 0, 1]);
    const scores = layer(vectors, { reverse: true });
    expect(getKerasMask(scores)).toBeUndefined();
    const expected = ops.matmul(vectors, ops.transpose(ops.convertToTensor(layer.embeddings?.read() as Tensor)));
    expect(worstDifference(numbersOf(scores), numbersOf(expected))).toBeLessThan(float32Error(4));
    expect((layer(layers.Input({ shape: [3, 4] }), { reverse: true }) as KerasTensor).shape).toEqual([null, 3, 5]);
  });

  it('has a second table where the weights are not tied, and caps its scores', () => {
    const layer = new layers.ReversibleEmbedding(5, 4, { tieWeights: false, logitSoftCap: 0.01 });
    const scores = layer(ops.multiply(layer(tokens), 100), { reverse: true });
    expect(layer.weights.map(({ name }) => name)).toEqual(['embeddings', 'reverse_embeddings']);
    expect(Math.max(...numbersOf(scores).map(Math.abs))).toBeLessThanOrEqual(0.01 * (1 + 2 ** -23));
  });
});

describe('SpectralNormalization', () => {
  it('brings the largest singular value of the kernel to 1 while training, and only then', () => {
    const layer = new layers.SpectralNormalization(new layers.Dense(3), { powerIterations: 50 });
    const inputs = sample([2, 4]);
    layer(inputs);
    const before = numbersOf(ops.convertToTensor(layer.kernel?.read() as Tensor));
    layer(inputs);
    expect(numbersOf(ops.convertToTensor(layer.kernel?.read() as Tensor))).toEqual(before);
    layer(inputs, { training: true });
    const kernel = ops.convertToTensor(layer.kernel?.read() as Tensor);
    // The largest eigenvalue of K'K, by the same power iteration from another start.
    let vector = ops.ones([3, 1]);
    const gram = ops.matmul(ops.transpose(kernel), kernel);
    for (let step = 0; step < 200; step++) vector = ops.normalize(ops.matmul(gram, vector), { axis: 0 });
    const [largest] = numbersOf(ops.norm(ops.matmul(kernel, vector))) as [number];
    expect(Math.abs(largest - 1)).toBeLessThan(1e-3);
  });

  it('refuses a layer without a kernel', () => {
    expect(() => new layers.SpectralNormalization(new layers.ReLU())(sample([2, 3]))).toThrow(/ReLU object has no attribute 'kernel'/);
  });
});
