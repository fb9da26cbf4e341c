// Multi-head attention (Vaswani et al., 2017).
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { dropKerasMask } from '../../engine/mask.ts';
import type { Nested } from '../../engine/structure.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import {
  ProjectedAttention,
  type ProjectedAttentionCallOptions,
  type ProjectedAttentionOptions,
  type Projections,
} from './projected-attention.ts';

export interface MultiHeadAttentionOptions extends ProjectedAttentionOptions {
  /** The size of a head of the values. By default `keyDim`. */
  readonly valueDim?: number | null;
  /** The output's last axes. By default that of the query. */
  readonly outputShape?: number | readonly number[] | null;
  /** The axes along which attention runs: all but batch and features by default. */
  readonly attentionAxes?: number | readonly number[] | null;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const requireSize = (value: unknown, name: string, more = ''): void => {
  if (Number.isInteger(value) && (value as number) > 0) return;
  throw new ValueError(
    `Received an invalid value for argument \`${name}\`, expected a positive integer${more}. Received: ${name}=${quote(value)}`,
    { code: 'arguments' },
  );
};

/**
 * Query (batch, queries, size), value and key (batch, keys, size) -> (batch, queries, size of the query).
 *
 * @example new layers.MultiHeadAttention(8, 64)(x, x, { useCausalMask: true })
 */
export class MultiHeadAttention extends ProjectedAttention {
  static override readonly positional: readonly string[] = ['numHeads', 'keyDim'];

  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly outputShape: readonly number[] | null;
  attentionAxes: readonly number[] | null;
  queryDense: EinsumDense | undefined = undefined;
  keyDense: EinsumDense | undefined = undefined;
  /** Under the name that it has in model files. */
  _gateDense: EinsumDense | undefined = undefined;
  valueDense: EinsumDense | undefined = undefined;
  outputDense: EinsumDense | undefined = undefined;
  #rank = 0;

  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    requireSize(numHeads, 'num_heads');
    requireSize(keyDim, 'key_dim');
    if (options.valueDim !== undefined && options.valueDim !== null) requireSize(options.valueDim, 'value_dim', ' or `None`');
    super(options);
    const { outputShape = null, attentionAxes = null } = options;
    this.numHeads = numHeads;
    this.keyDim = keyDim;
    this.valueDim = options.valueDim ?? keyDim;
    this.outputShape = typeof outputShape === 'number' ? [outputShape] : outputShape;
    this.attentionAxes = typeof attentionAxes === 'number' ? [attentionAxes] : attentionAxes;
  }

  protected override get projections(): Projections {
    const dense = (layer: EinsumDense | undefined): EinsumDense => layer as EinsumDense;
    return {
      query: dense(this.queryDense),
      key: dense(this.keyDense),
      value: dense(this.valueDense),
      gate: this._gateDense,
      output: dense(this.outputDense),
    };
  }

  protected override get scoreScale(): number {
    return 1 / Math.sqrt(this.keyDim);
  }

  protected override get axes(): readonly number[] {
    return this.attentionAxes as readonly number[];
  }

  protected override buildProjections(query: KerasShape, value: KerasShape, key: KerasShape): void {
    if (formatShape(value.slice(1, -1)) !== formatShape(key.slice(1, -1))) {
      throw new ValueError(
        'All dimensions of `value` and `key`, except the last one, must be equal. ' +
          `Received: value_shape=${formatShape(value)} and key_shape=${formatShape(key)}`,
        { code: 'attention-inputs' },
      );
    }
    this.queryDense = this.#inputDense('query', query, this.keyDim);
    this.keyDense = this.#inputDense('key', key, this.keyDim);
    if (this.useGate) this._gateDense = this.#inputDense('gate', query, this.valueDim, { activation: 'sigmoid' });
    this.valueDense = this.#inputDense('value', value, this.valueDim);
    // Of the projected tensors: heads and the size of a head in the place of the features.
    this.#rank = value.length + 1;
    const { attentionAxes: axes } = this;
    this.attentionAxes = axes
      ? axes.map((axis) => (axis >= 0 ? axis : this.#rank - 1 + axis))
      : Array.from({ length: this.#rank - 3 }, (_, index) => index + 1);
    this.outputDense = this.#createOutputDense(query);
  }

  /** (..., features) -> (..., heads, size). */
  #inputDense(name: string, shape: KerasShape, size: number, more = {}): EinsumDense {
    const free = LETTERS.slice(0, shape.length - 1);
    const [features, head, part] = LETTERS.slice(shape.length - 1) as unknown as [string, string, string];
    const outputShape = [...new Array<null>(shape.length - 2).fill(null), this.numHeads, size];
    return this.createDense(name, `${free}${features},${features}${head}${part}->${free}${head}${part}`, outputShape, shape, more);
  }

  /** (..., heads, size) -> (..., the output's last axes). */
  #createOutputDense(query: KerasShape): EinsumDense {
    const last = this.outputShape ?? [query.at(-1) as number];
    const count = query.length - 1;
    const free = LETTERS.slice(0, count);
    const summed = LETTERS.slice(count, count + 2);
    const made = LETTERS.slice(count + 2, count + 2 + last.length);
    const outputShape = [...new Array<null>(count - 1).fill(null), ...last];
    const inputShape = [...query.slice(0, -1), this.numHeads, this.valueDim];
    return this.createDense('attention_output', `${free}${summed},${summed}${made}->${free}${made}`, outputShape, inputShape);
  }

  /** Queries and keys share the axes along which attention does not run, and the heads. */
  protected override get equations(): readonly [string, string] {
    const rank = this.#rank;
    const target = [...LETTERS.slice(0, rank)];
    let next = rank;
    const source = target.map((letter, axis) => (this.axes.includes(axis) ? (LETTERS[next++] as string) : letter));
    const shared = target.filter((_, axis) => !this.axes.includes(axis) && axis !== rank - 1);
    const along = (letters: readonly string[]): string[] => this.axes.map((axis) => letters[axis] as string);
    const scores = [...shared, ...along(target), ...along(source)].join('');
    return [`${target.join('')},${source.join('')}->${scores}`, `${scores},${source.join('')}->${target.join('')}`];
  }

  /** As in Keras, the inputs lose their masks: layers that get the same tensors later do not see them. */
  override call(query: Tensor, value: Tensor, ...rest: unknown[]): Nested<Tensor> {
    const result = super.call(query, value, ...rest);
    const { key } = rest.at(-1) as ProjectedAttentionCallOptions;
    for (const tensor of [query, value, rest.length > 1 ? rest[0] : key]) {
      if (tensor instanceof Tensor) dropKerasMask(tensor);
    }
    return result;
  }

  override getConfig(): Record<string, unknown> {
    const { numHeads, keyDim, valueDim, outputShape, attentionAxes } = this;
    return { ...super.getConfig(), numHeads, keyDim, valueDim, outputShape, attentionAxes };
  }
}
