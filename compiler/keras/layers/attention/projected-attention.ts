// Attention with several heads: what multi-head and grouped-query attention have in common.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type ShapeStructure } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { getKerasMask } from '../../engine/mask.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Nested } from '../../engine/structure.ts';
import type { WeightRegularizer } from '../../engine/weight.ts';
import { Initializer, type InitializerFunction } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { get as getRegularizer } from '../../regularizers/index.ts';
import { Softmax } from '../activation/softmax.ts';
import { EinsumDense, type EinsumDenseOptions } from '../core/einsum-dense.ts';
import {
  type RegularizedLayerOptions,
  type WeightOptionsOf,
  type WeightSettings,
  weightConfig,
  weightSettings,
} from '../weight-settings.ts';
import { allOf, causalMask, windowMask } from './attention-masks.ts';

export interface ProjectedAttentionOptions extends RegularizedLayerOptions, WeightOptionsOf<'kernel'>, WeightOptionsOf<'bias'> {
  /** The share of the scores that is dropped while training. */
  readonly dropout?: number;
  /** Whether the projections have biases. Default true. */
  readonly useBias?: boolean;
  /** Whether the averages are multiplied by a sigmoid of the queries. */
  readonly useGate?: boolean;
  /** A query sees keys that are less than so many places away. */
  readonly slidingWindow?: number | null;
  /** A choice of implementation, which changes nothing here. */
  readonly flashAttention?: boolean | null;
  readonly seed?: number | null;
}

export interface ProjectedAttentionCallOptions extends CallOptions {
  readonly key?: Tensor | null;
  /** (batch, queries), (batch, keys) and (batch, keys): false for padding. Masks that the inputs carry count too. */
  readonly queryMask?: Tensor | null;
  readonly valueMask?: Tensor | null;
  readonly keyMask?: Tensor | null;
  /** (batch, queries, keys): where a query sees a key. */
  readonly attentionMask?: Tensor | null;
  /** Whether the weights of the averages are returned after the output. */
  readonly returnAttentionScores?: boolean;
  /** Whether a query sees no later key. */
  readonly useCausalMask?: boolean;
}

/** The dense layers before and after the attention. */
export interface Projections {
  readonly query: EinsumDense;
  readonly key: EinsumDense;
  readonly value: EinsumDense;
  readonly gate: EinsumDense | undefined;
  readonly output: EinsumDense;
}

export abstract class ProjectedAttention extends Layer {
  readonly dropout: number;
  readonly useBias: boolean;
  readonly useGate: boolean;
  readonly slidingWindow: number | null;
  readonly kernelSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly seed: number | null;
  readonly seedGenerator: SeedGenerator | undefined;
  readonly #sublayerRegularizer: WeightRegularizer | undefined;
  #buildShapes: Readonly<Record<string, KerasShape>> = {};

  constructor(options: ProjectedAttentionOptions) {
    super({ ...options, activityRegularizer: undefined });
    const { slidingWindow = null } = options;
    if (slidingWindow !== null && !(Number.isInteger(slidingWindow) && slidingWindow > 0)) {
      throw new ValueError(`\`sliding_window\` must be \`None\` or a positive integer. Received: sliding_window=${quote(slidingWindow)}`, {
        code: 'arguments',
      });
    }
    this.dropout = options.dropout ?? 0;
    this.useBias = options.useBias ?? true;
    this.useGate = options.useGate ?? false;
    this.slidingWindow = slidingWindow;
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.#sublayerRegularizer = getRegularizer(options.activityRegularizer);
    this.seed = options.seed ?? null;
    this.seedGenerator = this.dropout > 0 ? new SeedGenerator(this.seed) : undefined;
    this.supportsMasking = true;
  }

  /** The projections, once built. */
  protected abstract get projections(): Projections;

  /** Makes and builds the projections. */
  protected abstract buildProjections(query: KerasShape, value: KerasShape, key: KerasShape): void;

  /** What the scores are multiplied by. */
  protected abstract get scoreScale(): number;

  /** The axes of queries and keys along which attention runs. */
  protected abstract get axes(): readonly number[];

  /** Equations of scores (query, key) and of averages (scores, value). */
  protected abstract get equations(): readonly [string, string];

  /** Projected keys and values as the equations take them. */
  protected repeatHeads(tensor: Tensor): Tensor {
    return tensor;
  }

  /** The query's mask: that of the call's arguments, or the one that the query carries. */
  protected queryMaskOf(query: Tensor, _options: ProjectedAttentionCallOptions): Tensor | undefined {
    return getKerasMask(query) as Tensor | undefined;
  }

  override build(queryShape: ShapeStructure, valueShape?: ShapeStructure, keyShape?: ShapeStructure | null): void {
    const [query, value] = [queryShape as KerasShape, valueShape as KerasShape];
    const key = (keyShape ?? value) as KerasShape;
    this.#buildShapes = { query_shape: query, value_shape: value, ...(keyShape ? { key_shape: key } : {}) };
    this.buildProjections(query, value, key);
  }

  override getBuildConfig(): Record<string, unknown> | undefined {
    return this.built ? { shapes_dict: this.#buildShapes } : undefined;
  }

  /** A projection, built for inputs of the shape. */
  protected createDense(name: string, equation: string, outputShape: KerasShape, inputShape: KerasShape, more = {}): EinsumDense {
    const [inputs = '', output = ''] = equation.split('->');
    const kernel = inputs.split(',')[1] ?? '';
    const options: EinsumDenseOptions = {
      name,
      dtype: this.dtypePolicy,
      biasAxes: this.useBias ? [...output].filter((axis) => kernel.includes(axis)).join('') : null,
      kernelInitializer: anew(this.kernelSettings.initializer),
      kernelRegularizer: this.kernelSettings.regularizer,
      kernelConstraint: this.kernelSettings.constraint,
      biasInitializer: anew(this.biasSettings.initializer),
      biasRegularizer: this.biasSettings.regularizer,
      biasConstraint: this.biasSettings.constraint,
      activityRegularizer: this.#sublayerRegularizer,
      ...more,
    };
    const dense = new EinsumDense(equation, outputShape, options);
    // The masks of the inputs are this layer's business: the projection must not warn that it loses them.
    dense.supportsMasking = true;
    dense.build(inputShape);
    return dense;
  }

  override call(query: Tensor, value: Tensor, ...rest: unknown[]): Nested<Tensor> {
    const options = rest.at(-1) as ProjectedAttentionCallOptions;
    const given = (rest.length > 1 ? (rest[0] as Tensor | null) : options.key) ?? undefined;
    const mask = this.#visible(query, value, given, options);
    const { query: queryDense, key: keyDense, value: valueDense, gate, output: outputDense } = this.projections;
    const factor = gate?.(query);
    const projected = [queryDense(query), this.repeatHeads(keyDense(given ?? value)), this.repeatHeads(valueDense(value))] as const;
    const [averages, scores] = this.#attend(projected, mask, options);
    const output = outputDense(factor ? ops.multiply(averages, factor) : averages);
    return options.returnAttentionScores ? [output, scores as Tensor] : output;
  }

  /** Where a query sees a key. A causal mask alone is left to the attention. */
  #visible(query: Tensor, value: Tensor, key: Tensor | undefined, options: ProjectedAttentionCallOptions): Tensor | undefined {
    const maskOf = (named: Tensor | null | undefined, tensor: Tensor | undefined): Tensor | undefined =>
      named ?? (getKerasMask(tensor) as Tensor | undefined);
    const ofKeys = (mask: Tensor | undefined): Tensor | undefined => mask && ops.expandDims(mask, -2);
    const queryMask = this.queryMaskOf(query, options);
    const [queries, keys] = [query.shape[1] as number, value.shape[1] as number];
    return allOf([
      queryMask && ops.expandDims(queryMask, -1),
      ofKeys(maskOf(options.valueMask, value)),
      ofKeys(maskOf(options.keyMask, key)),
      options.useCausalMask ? causalMask(queries, keys) : undefined,
      this.slidingWindow === null ? undefined : windowMask(queries, keys, this.slidingWindow),
      options.attentionMask ?? undefined,
    ]);
  }

  #attend(
    [query, key, value]: readonly [Tensor, Tensor, Tensor],
    mask: Tensor | undefined,
    { returnAttentionScores, training }: ProjectedAttentionCallOptions,
  ): readonly [Tensor, Tensor | undefined] {
    const widened = (rank: number): Tensor | undefined => mask && this.#widen(mask, rank);
    if (this.dropout === 0 && !returnAttentionScores && query.rank === 4) {
      return [ops.dotProductAttention(query, key, value, { mask: widened(4) ?? null, scale: this.scoreScale }), undefined];
    }
    const [scoreEquation, averageEquation] = this.equations;
    const raw = ops.einsum(scoreEquation, ops.multiply(query, this.scoreScale), key);
    const softmax = new Softmax({ axis: this.axes.map((_, index) => index - this.axes.length), dtype: this.dtypePolicy });
    // Called as a layer: it attaches the mask to the scores.
    const scores = softmax(raw, { mask: widened(raw.rank) });
    const kept = training && this.seedGenerator ? dropout(scores, this.dropout, this.seedGenerator.next()) : scores;
    return [ops.einsum(averageEquation, kept, value), scores];
  }

  /** New axes stand before those of queries and keys: heads, and other axes along which attention does not run. */
  #widen(mask: Tensor, rank: number): Tensor {
    const last = Math.max(0, mask.rank - 2 * this.axes.length);
    return ops.reshape(mask, [...mask.shape.slice(0, last), ...new Array<number>(rank - mask.rank).fill(1), ...mask.shape.slice(last)]);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      dropout: this.dropout,
      useBias: this.useBias,
      useGate: this.useGate,
      slidingWindow: this.slidingWindow,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('bias', this.biasSettings),
      activityRegularizer: this.#sublayerRegularizer ?? null,
      seed: this.seed,
    };
  }
}

/** An initializer of the same kind: one that draws would give all projections the same values. */
function anew(initializer: InitializerFunction): InitializerFunction {
  if (!(initializer instanceof Initializer)) return initializer;
  const type = initializer.constructor as new (options: Record<string, unknown>) => Initializer;
  return new type(initializer.getConfig());
}
