// A model whose layers follow each other: grown with `add`, shrunk with `pop`, built as soon as its input is known.
import { AttributeError, formatShape, IndexError, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { InputLayer } from '../engine/input-layer.ts';
import { isKerasTensor, type KerasShape, type KerasTensor } from '../engine/keras-tensor.ts';
import { Layer, type ShapeStructure } from '../engine/layer.ts';
import type { CallOptions } from '../engine/layer-call.ts';
import type { Node, Operation } from '../engine/node.ts';
import { isPlainObject, type Nested } from '../engine/structure.ts';
import { type DeserializeOptions, deserializeKerasObject, isSerialized } from '../saving/deserialize.ts';
import { inputShapeOf } from '../saving/legacy-config.ts';
import { serializeObject } from '../saving/serialize.ts';
import type { FunctionalGraph } from './functional-graph.ts';
import { Model } from './model.ts';

export interface SequentialOptions {
  readonly name?: string | undefined;
  readonly trainable?: boolean | undefined;
}

const isShape = (value: unknown): value is KerasShape =>
  Array.isArray(value) && value.every((dim) => dim === null || typeof dim === 'number');

/**
 * A stack of layers.
 *
 * @example const model = new Sequential([Input({ shape: [4] }), new layers.Dense(2)]);
 */
export class Sequential extends Model {
  readonly #stack: Layer[] = [];
  #functional: Model | undefined;

  constructor(layers: readonly (Layer | KerasTensor)[] = [], options: SequentialOptions = {}) {
    super(options);
    for (const layer of layers) this.#push(layer);
    if (layers.length > 0) this.#rebuild();
  }

  /** Puts a layer (or an Input) on top. */
  add(layer: Layer | KerasTensor): void {
    this.#push(layer);
    this.#rebuild();
  }

  /** Takes the last layer off and returns it. */
  pop(): Layer {
    const layer = this.#stack.pop();
    if (!layer)
      throw new IndexError('list index out of range', {
        code: 'sequential-pop',
        where: `model '${this.name}'`,
        cure: 'The model has no layer to take off.',
      });
    this.#rebuild();
    return layer;
  }

  #push(added: Layer | KerasTensor): void {
    const layer = this.#layerOf(added);
    const first = this.#stack[0];
    if (!first && layer.inputShapeArgument) this.#stack.push(new InputLayer({ shape: layer.inputShapeArgument }));
    if (this.#stack.some((other) => other.name === layer.name && other !== layer)) {
      throw new ValueError(
        `All layers added to a Sequential model should have unique names. Name '${layer.name}' is already the name of a layer in this model. ` +
          'Update the `name` argument to pass a unique name.',
        { code: 'duplicate-name' },
      );
    }
    if (layer instanceof InputLayer && first instanceof InputLayer) {
      throw new ValueError(
        `Sequential model '${this.name}' has already been configured to use input shape ${formatShape(first.batchShape)}. ` +
          'You cannot add a different Input layer to it.',
        { code: 'sequential-input' },
      );
    }
    this.#stack.push(layer);
    this.built = false;
    this.#functional = undefined;
  }

  #layerOf(added: unknown): Layer {
    const origin = isKerasTensor(added) ? added.history?.node.operation : added;
    if (origin instanceof Layer && (origin === added || origin instanceof InputLayer)) return origin;
    throw new ValueError(
      `Only instances of \`keras.Layer\` can be added to a Sequential model. Received: ${String(added)} (of type ${(added as object | null)?.constructor?.name ?? typeof added})`,
      { code: 'sequential-add' },
    );
  }

  /** Builds anew if the shape of the input is known. */
  #rebuild(): void {
    this.built = false;
    this.#functional = undefined;
    const first = this.#stack[0];
    if (!first || this.#stack.length < 2) return;
    if (first instanceof InputLayer) this.build(first.batchShape);
    else if (first instanceof Model && first.graph?.inputs.length === 1) this.build((first.inputs[0] as KerasTensor).shape);
  }

  override build(inputShape: ShapeStructure): void {
    if (!isShape(inputShape)) return;
    if (this.#stack.length === 0) {
      throw new ValueError(`Sequential model ${this.name} cannot be built because it has no layers. Call \`model.add(layer)\`.`, {
        code: 'sequential-empty',
      });
    }
    const input = this.#inputLayer(inputShape);
    let x: Nested<KerasTensor> = input.tensor;
    for (const layer of this.#stack.slice(1)) x = layer<Nested<KerasTensor>>(x);
    this.#functional = new Model({ inputs: input.tensor, outputs: x });
  }

  #inputLayer(shape: KerasShape): InputLayer {
    const first = this.#stack[0] as Layer;
    if (!(first instanceof InputLayer)) {
      const input = new InputLayer({ batchShape: shape, dtype: first.computeDtype });
      this.#stack.unshift(input);
      return input;
    }
    if (first.batchShape.length !== shape.length || first.batchShape.some((dim, axis) => dim !== shape[axis])) {
      throw new ValueError(
        `Sequential model '${this.name}' has already been configured to use input shape ${formatShape(first.batchShape)}. ` +
          `You cannot build it with input_shape ${formatShape(shape)}`,
        { code: 'sequential-input' },
      );
    }
    return first;
  }

  override call(inputs: Nested<Tensor>, options: CallOptions = {}): Nested<Tensor> {
    if (this.#functional) return this.#functional.call(inputs, options);
    return this.layers.reduce<Nested<Tensor>>((x, layer) => layer<Nested<Tensor>>(x), inputs);
  }

  /** The layers that were added, without the Input. */
  override get layers(): readonly Layer[] {
    return this.#stack[0] instanceof InputLayer ? this.#stack.slice(1) : [...this.#stack];
  }

  override get sublayers(): readonly Layer[] {
    return [...this.#stack];
  }

  override get operations(): readonly Operation[] {
    return this.layers;
  }

  override get nodesByDepth(): readonly (readonly Node[])[] {
    return this.#functional?.nodesByDepth ?? [];
  }

  override get graph(): FunctionalGraph | undefined {
    return this.#functional?.graph;
  }

  override get inputs(): readonly KerasTensor[] {
    return this.#built('inputs').inputs;
  }

  override get outputs(): readonly KerasTensor[] {
    return this.#built('outputs').outputs;
  }

  override get inputDtype(): DType {
    const first = this.#stack[0];
    return first instanceof InputLayer ? first.dtype : super.inputDtype;
  }

  #built(what: string): Model {
    if (this.#functional) return this.#functional;
    throw new AttributeError(`Sequential model '${this.name}' has no defined ${what} yet.`, {
      code: 'no-inputs',
      cure: 'Add Input({ shape }) first, or call the model once.',
    });
  }

  override getConfig(): Record<string, unknown> {
    const config: Record<string, unknown> = { name: this.name, trainable: this.trainable, dtype: this.dtypePolicy.serialize() };
    config['layers'] = this.#stack.map((layer) => serializeObject(layer));
    const first = this.#stack[0];
    if (this.#functional && first instanceof InputLayer) config['buildInputShape'] = first.batchShape;
    return config;
  }

  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Sequential {
    const { name, layers, buildInputShape, trainable } = config;
    if (!Array.isArray(layers)) {
      throw new ValueError("A Sequential model configuration must be a dictionary containing the 'name' and 'layers' keys.", {
        code: 'config',
      });
    }
    const model = new Sequential([], { name: typeof name === 'string' ? name : undefined, trainable: trainable !== false });
    layers.forEach((entry: unknown, index) => {
      if (index === 0) addLegacyInput(model, entry);
      model.add(deserializeKerasObject(entry, options) as Layer);
    });
    if (!model.#functional && isShape(buildInputShape) && layers.length > 0) model.build(buildInputShape);
    return model;
  }
}

/** Before Keras 3 the first layer carried the input's shape. */
function addLegacyInput(model: Sequential, entry: unknown): void {
  if (!isSerialized(entry) || entry.class_name === 'InputLayer' || entry.module) return;
  const nested = isPlainObject(entry.config['layer']) ? (entry.config['layer'] as { config?: Record<string, unknown> }).config : undefined;
  const shape = inputShapeOf(entry.config) ?? (nested ? inputShapeOf(nested) : undefined);
  if (shape) model.add(new InputLayer({ batchShape: shape.batchShape }));
}
