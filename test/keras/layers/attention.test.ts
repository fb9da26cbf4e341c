import { describe, expect, it, vi } from 'vitest';
import type { KerasTensor } from '../../../compiler/keras/engine/keras-tensor.ts';
import { getKerasMask } from '../../../compiler/keras/engine/mask.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from '../ops/numbers.ts';

const difference = (a: Tensor, b: Tensor): number => worstDifference(numbersOf(a), numbersOf(b));
const at = (tensor: Tensor, start: number, stop: number): Tensor => ops.getItem(tensor, [{}, { start, stop }]);

describe('Attention', () => {
  it('averages the values by the softmax of the scores', () => {
    const [query, value] = [sample([2, 3, 4]), sample([2, 5, 4])];
    const [output, scores] = new layers.Attention()<Tensor[]>([query, value], { returnAttentionScores: true }) as [Tensor, Tensor];
    expect(difference(ops.sum(scores, { axis: -1 }), ops.ones([2, 3]))).toBeLessThan(float32Error(5));
    expect(difference(ops.matmul(scores, value), output)).toBeLessThan(float32Error(5));
  });

  it('leaves out values under a mask and zeroes queries under theirs', () => {
    const [query, value] = [sample([1, 2, 4]), sample([1, 4, 4])];
    const mask = [ops.convertToTensor([[true, false]]), ops.convertToTensor([[true, true, true, false]])];
    const layer = new layers.Attention();
    const masked = layer([query, value], { mask });
    expect(difference(at(masked, 0, 1), at(layer([query, at(value, 0, 3)]), 0, 1))).toBeLessThan(float32Error(4));
    expect(numbersOf(at(masked, 1, 2))).toEqual([0, 0, 0, 0]);
  });

  it('sees no later key with a causal mask', () => {
    const value = sample([1, 4, 3]);
    const layer = new layers.AdditiveAttention();
    const outputs = layer([value, value], { useCausalMask: true });
    expect(difference(at(outputs, 0, 1), at(value, 0, 1))).toBeLessThan(float32Error(4));
  });

  it('refuses what is no list of query and value', () => {
    expect(() => new layers.Attention()(sample([1, 2, 3]))).toThrow(/must be called on a list of inputs, namely \[query, value\]/);
    expect(() => new layers.Attention()([sample([1, 2, 3])])).toThrow(/accepts inputs list of length 2 or 3.*Received length: 1/);
    expect(() => new layers.Attention({ scoreMode: 'nope' as 'dot' })).toThrow(
      /Expected one of \{'dot', 'concat'\}. Received: score_mode=nope/,
    );
  });
});

describe('MultiHeadAttention', () => {
  it('computes the same with scores as without', () => {
    const [query, value] = [sample([2, 3, 6]), sample([2, 5, 6])];
    const layer = new layers.MultiHeadAttention(2, 3);
    const output = layer(query, value);
    const [withScores, scores] = layer<Tensor[]>(query, value, { returnAttentionScores: true }) as [Tensor, Tensor];
    expect(scores.shape).toEqual([2, 2, 3, 5]);
    expect(difference(withScores, output)).toBeLessThan(float32Error(30));
    expect(layer.weights.map(({ path }) => path.split('/').slice(-2).join('/'))).toEqual(
      ['query', 'key', 'value', 'attention_output'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]),
    );
  });

  it('gives its projections initial values of their own', () => {
    const layer = new layers.MultiHeadAttention(2, 3);
    layer(sample([1, 2, 4]), sample([1, 2, 4]));
    const [query, , key] = layer.getWeights();
    expect(Array.from(query?.data as Float32Array)).not.toEqual(Array.from(key?.data as Float32Array));
  });

  it('takes the masks that its inputs carry, without a warning that they are lost', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const tokens = ops.convertToTensor([[3, 1, 2, 0]]);
    const embedded = new layers.Embedding(5, 4, { maskZero: true })(tokens);
    const layer = new layers.MultiHeadAttention(2, 3);
    const mask = getKerasMask(embedded);
    const outputs = layer(embedded, embedded);
    const short = at(embedded, 0, 3);
    expect(difference(at(outputs, 0, 3), layer(short, short))).toBeLessThan(float32Error(24));
    expect(getKerasMask(outputs)).toBe(mask);
    // As in Keras, the inputs lose theirs.
    expect(getKerasMask(embedded)).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('does not take a mask for the shape of a key', () => {
    const layer = new layers.MultiHeadAttention(2, 3);
    layer(sample([1, 3, 4]), sample([1, 3, 4]), { attentionMask: ops.ones([1, 3, 3], { dtype: 'bool' }) });
    expect(layer.keyDense?.kernel?.shape).toEqual([4, 2, 3]);
    expect(layer.getBuildConfig()).toEqual({ shapes_dict: { query_shape: [1, 3, 4], value_shape: [1, 3, 4] } });
  });

  it('sees neither later keys nor keys outside its window', () => {
    const x = sample([1, 5, 4]);
    const layer = new layers.MultiHeadAttention(2, 3, { slidingWindow: 2 });
    const whole = layer(x, x, { useCausalMask: true });
    const end = at(x, 3, 5);
    expect(difference(at(whole, 4, 5), at(layer(end, end, { useCausalMask: true }), 1, 2))).toBeLessThan(float32Error(24));
  });

  it('runs along several axes, and knows the shape of its output', () => {
    const layer = new layers.MultiHeadAttention(2, 3, { attentionAxes: [1, 2], outputShape: 7 });
    expect(layer(sample([2, 3, 4, 5]), sample([2, 3, 4, 5])).shape).toEqual([2, 3, 4, 7]);
    const x = layers.Input({ shape: [null, 4, 5] });
    expect((layer(x, x) as KerasTensor).shape).toEqual([null, null, 4, 7]);
  });
});

describe('GroupQueryAttention', () => {
  it('is multi-head attention where every query head has keys of its own', () => {
    const x = sample([2, 3, 6]);
    const [grouped, multi] = [new layers.GroupQueryAttention(3, 2, 2), new layers.MultiHeadAttention(2, 3)];
    const expected = multi(x, x, { useCausalMask: true });
    grouped(x, x);
    grouped.setWeights(multi.getWeights());
    expect(difference(grouped(x, x, { useCausalMask: true }), expected)).toBeLessThan(float32Error(24));
  });

  it('refuses query heads that do not divide into groups', () => {
    expect(() => new layers.GroupQueryAttention(3, 4, 3)).toThrow(/must be divisible by `num_key_value_heads`/);
  });
});
