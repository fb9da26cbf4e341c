// Whole numbers to indices of a vocabulary, and back: in ops, so that it is part of the program.

import type { HostStep } from '../../../../runtime/preprocessing/index.ts';
import { UnsupportedError, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../../engine/tensor-like.ts';
import * as ops from '../../ops/index.ts';
import { encodeCategorical } from './encode-categorical.ts';
import { integerBuckets } from './hash-integers.ts';
import { IndexLookup, type IndexLookupOptions } from './index-lookup.ts';
import { refuseSparse } from './output-mode.ts';

type WholeNumber = number | bigint;

export interface IntegerLookupOptions extends IndexLookupOptions<WholeNumber> {
  readonly vocabularyDtype?: string;
}

/**
 * Whole numbers of any shape -> their indices, in int64, or vectors of them. With `invert` indices -> numbers.
 *
 * @example new layers.IntegerLookup({ vocabulary: [12, 36] })([[36, 5]]) // [[2, 0]]
 */
export class IntegerLookup extends IndexLookup<WholeNumber> {
  constructor(options: IntegerLookupOptions = {}) {
    const { vocabularyDtype = 'int64' } = options;
    if (vocabularyDtype !== 'int64') {
      throw new ValueError(`Only \`vocabulary_dtype='int64'\` is supported at this time. Received: vocabulary_dtype=${vocabularyDtype}`, {
        code: 'lookup',
      });
    }
    super(options, -1, true);
  }

  protected override parseToken(line: string): WholeNumber {
    return shorten(BigInt(line));
  }

  protected override documentsOf(data: unknown, isWhole: boolean): WholeNumber[][] {
    const { shape, data: values } = toTensor(data as TensorLike, 'int64');
    const tokens = Array.from(values as BigInt64Array, shorten);
    const length = shape.length > 1 ? (shape.at(-1) as number) : isWhole && shape.length === 1 ? 1 : tokens.length;
    return Array.from({ length: tokens.length / length }, (_, row) => tokens.slice(row * length, (row + 1) * length));
  }

  override hostStep(): HostStep {
    throw new UnsupportedError('IntegerLookup takes whole numbers, not strings.', {
      code: 'string-tensor',
      where: `layer '${this.name}' (IntegerLookup)`,
      cure: 'Use StringLookup.',
    });
  }

  override call(inputs: Tensor): Tensor {
    const { settings } = this;
    refuseSparse(settings.sparse, `layer '${this.name}' (IntegerLookup)`);
    this.requireVocabulary();
    const values = ops.cast(inputs, 'int64');
    if (settings.invert) return this.#nameIndices(values);
    const indices = this.#lookUp(values);
    const { outputMode } = settings;
    if (outputMode === 'int') return indices;
    const mode = outputMode === 'tf_idf' ? 'count' : outputMode;
    const encoded = encodeCategorical(indices, { mode, depth: this.depth, dtype: 'int64' });
    return outputMode === 'tf_idf' ? ops.multiply(ops.cast(encoded, 'float32'), toTensor(this.idfWeights, 'float32')) : encoded;
  }

  /** Compares every value with every token: a sum of which one term at most is not zero. */
  #lookUp(values: Tensor): Tensor {
    const { maskToken, outputMode } = this.settings;
    const shape = [...values.shape, this.tokens.length];
    const axes = values.shape.map((_, axis) => axis);
    const isToken = lax.compare('equal', lax.broadcast(values, shape, axes), lax.broadcast(this.#table(this.tokens), shape, [axes.length]));
    // One more than the place, so that 0 says that there is none.
    const places = tensorOf(
      'int64',
      [this.tokens.length],
      BigInt64Array.from(this.tokens, (_, index) => BigInt(index + 1)),
    );
    const zero = lax.full(shape, 0n, 'int64');
    const found = lax.reduce('sum', lax.select(isToken, lax.broadcast(places, shape, [axes.length]), zero), [axes.length]);
    const known = ops.add(found, constant(this.firstToken - 1, values));
    const indices = lax.select(lax.compare('equal', found, constant(0, values)), this.#unknown(values), known);
    if (maskToken === null) return indices;
    const isMask = lax.compare('equal', values, constant(maskToken, values));
    return lax.select(isMask, constant(outputMode === 'int' ? 0 : -1, values), indices);
  }

  /** The indices of values that are not in the vocabulary; -1 where there are no such indices. */
  #unknown(values: Tensor): Tensor {
    const { numOovIndices, oovMethod, salt } = this.settings;
    if (numOovIndices === 0) return constant(-1, values);
    if (numOovIndices === 1) return constant(this.firstOov, values);
    const bins = oovMethod === 'floormod' ? ops.mod(values, constant(numOovIndices, values)) : integerBuckets(values, numOovIndices, salt);
    return ops.add(bins, constant(this.firstOov, values));
  }

  #nameIndices(indices: Tensor): Tensor {
    const { maskToken, oovToken } = this.settings;
    const otherwise = oovToken ?? -1;
    const table = this.getVocabulary().map((token) => token ?? otherwise);
    if (maskToken !== null) table[0] = maskToken;
    const size = table.length;
    const isInside = lax.and(
      lax.compare('greater_equal', indices, constant(0, indices)),
      lax.compare('less', indices, constant(size, indices)),
    );
    const safe = lax.select(isInside, indices, ops.zerosLike(indices));
    return lax.select(isInside, ops.take(this.#table(table), safe, { axis: 0 }), constant(otherwise, indices));
  }

  #table(tokens: readonly WholeNumber[]): Tensor {
    return tensorOf('int64', [tokens.length], BigInt64Array.from(tokens, BigInt));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), vocabularyDtype: 'int64' };
  }
}

const constant = (value: WholeNumber, like: Tensor): Tensor => lax.full(like.shape, BigInt(value), 'int64');

/** Numbers where they are exact. */
const shorten = (value: bigint): WholeNumber => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
