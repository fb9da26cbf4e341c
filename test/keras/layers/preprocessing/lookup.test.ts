import { describe, expect, it } from 'vitest';
import { KerasTensor } from '../../../../compiler/keras/engine/keras-tensor.ts';
import type { RaggedTensor } from '../../../../compiler/keras/engine/ragged-tensor.ts';
import type { StringTensor } from '../../../../compiler/keras/engine/string-tensor.ts';
import * as layers from '../../../../compiler/keras/layers/index.ts';
import * as ops from '../../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../../compiler/trace/tensor.ts';
import { numbersOf } from '../../ops/numbers.ts';

const rows = (tensor: unknown): number[] => numbersOf(tensor as Tensor).map(Number);

describe('StringLookup', () => {
  it('learns the most frequent tokens, the greater first among equals', () => {
    const layer = new layers.StringLookup({ maxTokens: 4 });
    layer.adapt(['b', 'b', 'c', 'a', 'd', 'd', 'd', '[UNK]']);
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'd', 'b', 'c']);
    expect(rows(layer([['b', 'a']] as never))).toEqual([2, 0]);
  });

  it('names indices, and calls what it does not know by the token for that', () => {
    const layer = new layers.StringLookup({ vocabulary: ['a', 'b'], invert: true, maskToken: '', numOovIndices: 2 });
    const names = layer(ops.convertToTensor([0, 1, 3, 4, 5])) as unknown as StringTensor;
    expect(names.data).toEqual(['', '[UNK]', 'a', 'b', '[UNK]']);
  });

  it('counts and weighs tokens as Keras does with weights of 0.5 and 0.25', () => {
    const layer = new layers.StringLookup({
      vocabulary: ['a', 'b'],
      outputMode: 'tf_idf',
      idfWeights: [0.5, 0.25],
      padToMaxTokens: true,
      maxTokens: 6,
    });
    expect(rows(layer([['a', 'a', 'x']] as never))).toEqual([0.375, 1, 0, 0, 0, 0]);
  });

  it('refuses unknown tokens where there is no index for them', () => {
    const layer = new layers.StringLookup({ vocabulary: ['a'], numOovIndices: 0 });
    expect(() => layer([['x']] as never)).toThrow('When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values ["x"]');
  });

  it('does not change the size of vectors that others have seen', () => {
    const layer = new layers.StringLookup({ vocabulary: ['a', 'b'], outputMode: 'one_hot' });
    expect(() => layer.setVocabulary(['a', 'b', 'c'])).toThrow('Old vocab size is 3, new vocab size is 4');
    expect(() => layer.adapt(['a'])).toThrow('after setting a static vocabulary');
  });
});

describe('IntegerLookup', () => {
  it('keeps index 0 for the mask and hashes what it does not know', () => {
    expect(rows(new layers.IntegerLookup({ vocabulary: [5, 7], maskToken: 0 })([0, 5, 7, 9] as never))).toEqual([0, 2, 3, 1]);
    expect(rows(new layers.IntegerLookup({ vocabulary: [5, 7], numOovIndices: 3 })([-1, 5, 7, 9] as never))).toEqual([2, 3, 4, 0]);
  });

  it('tells numbers beyond 2^53 apart', () => {
    const layer = new layers.IntegerLookup({ vocabulary: [9007199254740993n, 9007199254740992n] });
    const ids = ops.convertToTensor([9007199254740992n, 9007199254740993n], { dtype: 'int64' });
    expect(rows(layer(ids))).toEqual([2, 1]);
  });
});

describe('Hashing of integers', () => {
  const values = [0n, -7n, 42n, 123456789n, -9223372036854775808n, 9223372036854775807n];
  const ids = ops.convertToTensor(values, { dtype: 'int64' });

  // What TensorFlow gives for the decimals of these numbers.
  it('is that of their decimals, in ops', () => {
    expect(rows(new layers.Hashing(1000003)(ids))).toEqual([537292, 985360, 59059, 924877, 400334, 121738]);
    expect(rows(new layers.Hashing(1000003, { salt: [133, 137] })(ids))).toEqual([876599, 436702, 431090, 518773, 247356, 462284]);
  });

  it('agrees with that of strings', () => {
    const asStrings = values.map(String);
    expect(rows(new layers.Hashing(97)(asStrings as never))).toEqual(rows(new layers.Hashing(97)(ids)));
  });
});

describe('TextVectorization', () => {
  const vocabulary = ['foo', 'bar', 'foo bar', 'baz'];

  it('lowers and strips ASCII alone, and splits at ASCII white space', () => {
    const layer = new layers.TextVectorization({ vocabulary: ['École', 'foo\u00a0bar', 'baz'] });
    expect(rows(layer(['École foo\u00a0bar\tBAZ!'] as never))).toEqual([2, 3, 4]);
  });

  it('joins tokens to n-grams after the tokens themselves', () => {
    const layer = new layers.TextVectorization({ vocabulary, ngrams: 2 });
    expect(rows(layer(['foo bar baz'] as never))).toEqual([2, 3, 5, 4, 1]);
    const only = new layers.TextVectorization({ vocabulary, ngrams: [2] });
    expect(rows(only(['foo bar baz', 'foo'] as never))).toEqual([4, 1, 0, 0]);
  });

  it('pads rows to the longest, or gives them as they are', () => {
    const texts = ['foo bar baz', 'foo'] as never;
    expect(rows(new layers.TextVectorization({ vocabulary })(texts))).toEqual([2, 3, 5, 2, 0, 0]);
    const ragged = new layers.TextVectorization({ vocabulary, ragged: true })(texts) as unknown;
    expect((ragged as RaggedTensor).toRows()).toEqual([[2, 3, 5], [2]]);
  });

  it('takes functions of the user for both steps', () => {
    const layer = new layers.TextVectorization({
      vocabulary: ['a', 'b'],
      standardize: (text) => text.replaceAll('-', ''),
      split: (text) => text.split('|'),
    });
    expect(rows(layer(['-a|b|c'] as never))).toEqual([2, 3, 1]);
  });

  it('says which shape it gives for texts that are not known yet', () => {
    const texts = new KerasTensor([null, 1], { dtype: 'string' });
    const shapeOf = (options: layers.TextVectorizationOptions): unknown =>
      (new layers.TextVectorization({ vocabulary, ...options })(texts) as KerasTensor).shape;
    expect(shapeOf({})).toEqual([null, null]);
    expect(shapeOf({ outputSequenceLength: 4 })).toEqual([null, 4]);
    expect(shapeOf({ outputMode: 'count' })).toEqual([null, 5]);
  });
});
