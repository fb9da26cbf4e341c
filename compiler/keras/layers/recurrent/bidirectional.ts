// A recurrent layer and its mirror image: one from the first step to the last, the other the other way.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions, type ShapeStructure } from '../../engine/layer.ts';
import { flatten, type Nested } from '../../engine/structure.ts';
import type { TensorLike } from '../../engine/tensor-like.ts';
import * as ops from '../../ops/index.ts';
import { deserializeKerasObject } from '../../saving/deserialize.ts';
import { serializeObject } from '../../saving/serialize.ts';
import type { RNN, RNNCallOptions } from './rnn.ts';

const MERGE_MODES = ['sum', 'mul', 'ave', 'concat', null] as const;
export type BidirectionalMergeMode = (typeof MERGE_MODES)[number];

export interface BidirectionalOptions extends LayerOptions {
  /** How the two outputs become one; null returns both. Default `concat`. */
  readonly mergeMode?: BidirectionalMergeMode;
  /** The layer that runs backwards; by default a copy of the first. */
  readonly backwardLayer?: Layer | null;
}

/** The attributes of recurrent layers that both must share. */
const COMMON = ['stateful', 'returnSequences', 'returnState'] as const;

/** What the wrapper needs of a layer: any layer with these properties will do. */
type Directed = RNN;

/**
 * (batch, time, features) -> (batch, 2 units), or (batch, time, 2 units) where the layer returns sequences.
 *
 * @example new layers.Bidirectional(new layers.LSTM(16, { returnSequences: true }))(x)
 */
export class Bidirectional extends Layer {
  static override readonly positional: readonly string[] = ['layer'];
  static readonly nested: readonly string[] = ['layer', 'backwardLayer'];

  readonly forwardLayer: Directed;
  readonly backwardLayer: Directed;
  readonly mergeMode: BidirectionalMergeMode;
  readonly stateful: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;

  constructor(layer: Layer, options: BidirectionalOptions = {}) {
    checkArguments(layer, options);
    super(options);
    const given = layer as Directed;
    this.forwardLayer = copyOf(given, 'forward', given.goBackwards);
    this.backwardLayer = (options.backwardLayer as Directed | null | undefined) ?? copyOf(given, 'backward', true);
    checkPair(this.forwardLayer, this.backwardLayer);
    // Padding must not leak: the two directions meet the masked steps at different times.
    for (const part of [this.forwardLayer, this.backwardLayer]) part.zeroOutputForMask = part.returnSequences;
    this.mergeMode = options.mergeMode === undefined ? 'concat' : options.mergeMode;
    this.stateful = given.stateful;
    this.returnSequences = given.returnSequences;
    this.returnState = given.returnState;
    this.inputSpec = given.inputSpec;
    this.supportsMasking = true;
  }

  override build(sequencesShape: ShapeStructure): void {
    for (const part of [this.forwardLayer, this.backwardLayer]) if (!part.built) part.build(sequencesShape);
  }

  /** Sets the states of stateful layers to zero. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  override invoke(...args: readonly unknown[]): unknown {
    const [inputs, ...rest] = args;
    const isList = Array.isArray(inputs) && typeof inputs[0] === 'object' && inputs[0] !== null && 'shape' in inputs[0];
    if (!isList) return super.invoke(...args);
    const [sequences, ...states] = inputs as unknown[];
    const options = (rest.at(-1) ?? {}) as object;
    return super.invoke(sequences, states.length > 0 ? { ...options, initialState: states } : options);
  }

  override call(sequences: Tensor, { initialState, mask, training }: RNNCallOptions = {}): Nested<Tensor> {
    const states = initialState as readonly Nested<TensorLike>[] | null | undefined;
    const half = states ? states.length / 2 : 0;
    const run = (layer: Directed, initial: readonly Nested<TensorLike>[] | undefined): readonly Nested<Tensor>[] => {
      const result = layer<Nested<Tensor>>(sequences, {
        training,
        ...(mask ? { mask } : {}),
        ...(initial ? { initialState: initial } : {}),
      });
      return Array.isArray(result) ? (result as readonly Nested<Tensor>[]) : [result];
    };
    const [forward, ...forwardStates] = run(this.forwardLayer, states?.slice(0, half));
    const [backward, ...backwardStates] = run(this.backwardLayer, states?.slice(half));
    const [y, reversed] = [forward, backward].map((tensor) => ops.cast(tensor as Tensor, this.computeDtype)) as [Tensor, Tensor];
    const merged = this.#merge(y, this.returnSequences ? ops.flip(reversed, { axis: 1 }) : reversed);
    if (!this.returnState) return merged.length === 1 ? (merged[0] as Tensor) : merged;
    return [...merged, ...forwardStates, ...backwardStates];
  }

  #merge(forward: Tensor, backward: Tensor): Tensor[] {
    const { mergeMode } = this;
    switch (mergeMode) {
      case 'concat':
        return [ops.concatenate([forward, backward], { axis: -1 })];
      case 'sum':
        return [ops.add(forward, backward)];
      case 'ave':
        return [ops.divide(ops.add(forward, backward), 2)];
      case 'mul':
        return [ops.multiply(forward, backward)];
      case null:
        return [forward, backward];
      default:
        return mergeMode satisfies never;
    }
  }

  override computeOutputShape(sequencesShape: ShapeStructure): ShapeStructure {
    const shape = this.forwardLayer.computeOutputShape(sequencesShape);
    const [output, ...states] = (this.returnState ? shape : [shape]) as readonly KerasShape[];
    const { mergeMode } = this;
    const last = output?.at(-1) ?? null;
    const merged = mergeMode === 'concat' ? [...(output as KerasShape).slice(0, -1), last === null ? null : 2 * last] : output;
    const outputs = mergeMode === null ? [output, output] : [merged];
    if (!this.returnState) return (outputs.length === 1 ? outputs[0] : outputs) as ShapeStructure;
    return [...outputs, ...states, ...states] as ShapeStructure;
  }

  override computeMask(_inputs: unknown, previousMask: unknown): unknown {
    const [mask] = flatten(previousMask as Nested<unknown>);
    const outputMask = this.returnSequences ? mask : undefined;
    return this.mergeMode === null ? [outputMask, outputMask] : outputMask;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mergeMode: this.mergeMode, layer: this.forwardLayer, backwardLayer: this.backwardLayer };
  }
}

/** The same layer under another name. */
function copyOf(layer: Directed, direction: 'forward' | 'backward', goBackwards: boolean): Directed {
  const serialized = serializeObject(layer);
  const prefix = `${direction}_`;
  const name = `${prefix}${layer.name.startsWith(prefix) ? layer.name.slice(prefix.length) : layer.name}`;
  const config = { ...serialized.config, name, ...(direction === 'backward' ? { go_backwards: goBackwards } : {}) };
  const { build_config: _built, ...rest } = serialized;
  const customObjects = { [layer.className]: layer.constructor };
  return deserializeKerasObject({ ...rest, config }, { customObjects }) as Directed;
}

function checkArguments(layer: unknown, { backwardLayer, mergeMode }: BidirectionalOptions): void {
  const fail = (message: string): never => {
    throw new ValueError(message, { code: 'arguments' });
  };
  if (!(layer instanceof Layer)) {
    fail(`Please initialize \`Bidirectional\` layer with a \`keras.layers.Layer\` instance. Received: ${quote(layer)}`);
  }
  if (backwardLayer && !(backwardLayer instanceof Layer)) {
    fail(`\`backward_layer\` need to be a \`keras.layers.Layer\` instance. Received: ${quote(backwardLayer)}`);
  }
  if (mergeMode !== undefined && !MERGE_MODES.includes(mergeMode)) {
    fail(`Invalid merge mode. Received: ${mergeMode}. Merge mode should be one of {"sum", "mul", "ave", "concat", None}`);
  }
}

function checkPair(forward: Directed, backward: Directed): void {
  if (forward.goBackwards === backward.goBackwards) {
    throw new ValueError(
      'Forward layer and backward layer should have different `go_backwards` value. Received: ' +
        `forward_layer.go_backwards ${forward.goBackwards}, backward_layer.go_backwards=${backward.goBackwards}`,
      { code: 'arguments' },
    );
  }
  for (const key of COMMON) {
    if (forward[key] === backward[key]) continue;
    throw new ValueError(
      `Forward layer and backward layer are expected to have the same value for attribute "${key}", ` +
        `got "${forward[key]}" for forward layer and "${backward[key]}" for backward layer`,
      { code: 'arguments' },
    );
  }
}
