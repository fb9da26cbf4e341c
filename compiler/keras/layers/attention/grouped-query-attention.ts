// Grouped-query attention (Ainslie et al., 2023): several query heads share the heads of keys and values.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import * as ops from '../../ops/index.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import {
  ProjectedAttention,
  type ProjectedAttentionCallOptions,
  type ProjectedAttentionOptions,
  type Projections,
} from './projected-attention.ts';

/**
 * Query (batch, queries, size), value and key (batch, keys, size) -> (batch, queries, size).
 *
 * @example new layers.GroupedQueryAttention(64, 8, 2)(x, x)
 */
export class GroupedQueryAttention extends ProjectedAttention {
  static override readonly positional: readonly string[] = ['headDim', 'numQueryHeads', 'numKeyValueHeads'];

  readonly headDim: number;
  readonly numQueryHeads: number;
  readonly numKeyValueHeads: number;
  // The projections stand under the names that they have in model files.
  _queryDense: EinsumDense | undefined = undefined;
  _keyDense: EinsumDense | undefined = undefined;
  _gateDense: EinsumDense | undefined = undefined;
  _valueDense: EinsumDense | undefined = undefined;
  _outputDense: EinsumDense | undefined = undefined;

  constructor(headDim: number, numQueryHeads: number, numKeyValueHeads: number, options: ProjectedAttentionOptions = {}) {
    super(options);
    if (numQueryHeads % numKeyValueHeads !== 0)
      throw new ValueError('`num_query_heads` must be divisible by `num_key_value_heads`.', { code: 'arguments' });
    this.headDim = headDim;
    this.numQueryHeads = numQueryHeads;
    this.numKeyValueHeads = numKeyValueHeads;
  }

  protected override get projections(): Projections {
    const dense = (layer: EinsumDense | undefined): EinsumDense => layer as EinsumDense;
    return {
      query: dense(this._queryDense),
      key: dense(this._keyDense),
      value: dense(this._valueDense),
      gate: this._gateDense,
      output: dense(this._outputDense),
    };
  }

  protected override get scoreScale(): number {
    return 1 / Math.sqrt(this.headDim);
  }

  protected override get axes(): readonly number[] {
    return [1];
  }

  protected override get equations(): readonly [string, string] {
    return ['bquh,bkuh->buqk', 'buqk,bkuh->bquh'];
  }

  protected override repeatHeads(tensor: Tensor): Tensor {
    return ops.repeat(tensor, this.numQueryHeads / this.numKeyValueHeads, { axis: 2 });
  }

  protected override queryMaskOf(query: Tensor, options: ProjectedAttentionCallOptions): Tensor | undefined {
    return options.queryMask ?? super.queryMaskOf(query, options);
  }

  protected override buildProjections(query: KerasShape, value: KerasShape, key: KerasShape): void {
    const ofQueries = [null, this.numQueryHeads, this.headDim];
    const ofKeys = [null, this.numKeyValueHeads, this.headDim];
    this._queryDense = this.createDense('query', 'bqm,muh->bquh', ofQueries, query);
    this._keyDense = this.createDense('key', 'bkm,mvh->bkvh', ofKeys, key);
    if (this.useGate) this._gateDense = this.createDense('gate', 'bqm,muh->bquh', ofQueries, query, { activation: 'sigmoid' });
    this._valueDense = this.createDense('value', 'bkm,mvh->bkvh', ofKeys, value);
    const outputShape = [null, query.at(-1) ?? null];
    this._outputDense = this.createDense('attention_output', 'bquh,uhm->bqm', outputShape, [null, ...ofQueries]);
  }

  override getConfig(): Record<string, unknown> {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    return { ...super.getConfig(), headDim, numQueryHeads, numKeyValueHeads };
  }
}
