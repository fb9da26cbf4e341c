// Models: layers that know their layers, predict, print themselves, and go to files.
import type { HostProgram } from '../../../runtime/preprocessing/index.ts';
import { NotImplementedError, ValueError } from '../../errors/index.ts';
import type { Graph } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { inferSpec } from '../engine/infer-spec.ts';
import { formatNames } from '../engine/input-spec.ts';
import { KerasTensor } from '../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../engine/layer.ts';
import type { CallOptions, LayerInputs } from '../engine/layer-call.ts';
import { setKerasMask } from '../engine/mask.ts';
import { autoName, toSnakeCase } from '../engine/names.ts';
import type { Node, Operation } from '../engine/node.ts';
import { mapShapes, type ShapeStructure } from '../engine/shape-structure.ts';
import { flatten, mapStructure, type Nested } from '../engine/structure.ts';
import type { QuantizationConfig } from '../quantizers/index.ts';
import { construct, type DeserializeOptions } from '../saving/deserialize.ts';
import type { LoadWeightsOptions } from '../saving/load-model.ts';
import { saveModel, saveWeights } from '../saving/save-model.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';
import { type PredictLoopOptions, predictLoop } from '../training/predict-loop.ts';
import { Trainer } from '../training/trainer.ts';
import { isArrayData, type TrainingData } from '../training/training-data.ts';
import { readGraph, writeGraph } from './functional-config.ts';
import { FunctionalGraph } from './functional-graph.ts';
import { convertInputs, inputSpecsOf, standardizeInputs } from './model-inputs.ts';
import { type PredictOptions, Predictor } from './predict.ts';
import { holdsStrings, predictStrings, prepareStrings } from './predict-strings.ts';
import { splitHostPart } from './split-host-part.ts';
import { type SummaryOptions, summarize } from './summary.ts';
import { inputNames, type TraceModelOptions, traceModel } from './trace-model.ts';

export interface ModelOptions extends LayerOptions {
  readonly inputs?: Nested<KerasTensor> | undefined;
  readonly outputs?: Nested<KerasTensor> | undefined;
}

export interface QuantizeOptions {
  readonly config?: QuantizationConfig | null;
  /** Regular expressions of the names of layers, or a function that picks them. */
  readonly filters?: string | readonly string[] | ((layer: Layer) => boolean) | undefined;
}

/** A model whose first layers take strings, in two parts. */
export interface SplitModel {
  /** What runs on the host, as data: made anew, since vocabularies may change. */
  readonly program: () => HostProgram;
  /** The rest: its inputs are the results of the program, in order. It shares the layers of the whole model. */
  readonly model: Model;
  /** What the host part makes of inputs of the whole model: `split.model.fit(split.prepare(texts), labels)` trains both. */
  readonly prepare: (inputs: unknown) => NDArray[];
}

/**
 * A model: of the functional kind when given inputs and outputs, or a class of your own with `call`.
 *
 * @example
 * const x = Input({ shape: [4] });
 * const model = new Model({ inputs: x, outputs: new layers.Dense(2)(x) });
 */
export class Model extends Trainer {
  #graph: FunctionalGraph | undefined;
  /** The graph that was split last, and its parts. */
  #split: readonly [FunctionalGraph, SplitModel | undefined] | undefined;
  readonly #predictor = new Predictor(this);
  /** The shape of the first inputs of a class with `call`: a file says how to build its layers by it. */
  #calledOn: ShapeStructure | undefined;

  constructor(options: ModelOptions = {}) {
    const { inputs, outputs, ...rest } = options;
    const isFunctional = inputs !== undefined && outputs !== undefined;
    const prefix = isFunctional && new.target === Model ? 'functional' : toSnakeCase(new.target.name);
    super({ ...rest, name: rest.name ?? autoName(prefix) });
    if (!isFunctional) return;
    this.#graph = new FunctionalGraph(inputs, outputs);
    this.convertsInputs = false;
    this.inputSpec = inputSpecsOf(this.#graph.inputStructure);
    this.built = true;
  }

  /** Whether the model is a graph made from inputs and outputs. */
  get isFunctional(): boolean {
    return this.#graph !== undefined;
  }

  override get className(): string {
    return this.constructor === Model && this.#graph ? 'Functional' : this.constructor.name;
  }

  /** The graph of a functional model. */
  get graph(): FunctionalGraph | undefined {
    return this.#graph;
  }

  /** The model's layers: of a graph, in the order in which they run. */
  get layers(): readonly Layer[] {
    if (!this.#graph) return super.sublayers;
    return this.#graph.operations.filter((operation): operation is Layer => operation instanceof Layer);
  }

  override get sublayers(): readonly Layer[] {
    return [...new Set([...this.layers, ...super.sublayers])];
  }

  /** Everything that runs, plain ops included. */
  get operations(): readonly Operation[] {
    return this.#graph?.operations ?? this.layers;
  }

  get nodesByDepth(): readonly (readonly Node[])[] {
    return this.#graph?.nodesByDepth ?? [];
  }

  get inputs(): readonly KerasTensor[] {
    return this.#requireGraph('inputs').inputs;
  }

  get outputs(): readonly KerasTensor[] {
    return this.#requireGraph('outputs').outputs;
  }

  /** The symbolic inputs as they were given: one, a list, or a dictionary. */
  override get input(): Nested<KerasTensor> {
    return this.graph ? this.graph.inputStructure : super.input;
  }

  override get output(): Nested<KerasTensor> {
    return this.graph ? this.graph.outputStructure : super.output;
  }

  #requireGraph(what: string): FunctionalGraph {
    if (this.#graph) return this.#graph;
    throw new ValueError(`${this.className} model '${this.name}' has no defined ${what} yet.`, {
      code: 'no-inputs',
      cure: 'Start it with Input({ shape }), or call it once.',
    });
  }

  override get outputNames(): readonly string[] | undefined {
    return this.graph?.outputs.map((tensor) => tensor.history?.node.operation.name ?? tensor.name);
  }

  override get dataStructure(): { readonly inputs?: unknown; readonly outputs?: unknown } {
    return this.graph ? { inputs: this.graph.inputStructure, outputs: this.graph.outputStructure } : {};
  }

  override buildFor(inputs: Nested<NDArray | null>): void {
    if (this.graph || this.flattenLayers().every((layer) => layer.built)) return;
    const shapes = mapStructure(inputs, (array) => (array ? [null, ...array.shape.slice(1)] : null));
    // A class without `call` trains by a step of its own, and its layers know their inputs.
    if (this.constructor.prototype.build !== Model.prototype.build) this.build(shapes as ShapeStructure);
    else if (this.call !== Model.prototype.call)
      inferSpec((value) => this.invoke(value, { training: false }), [mapStructure(inputs, symbolic)]);
  }

  override invoke(...args: readonly unknown[]): unknown {
    const structure = this.#graph?.inputStructure;
    return super.invoke(...(structure ? [convertInputs(structure, args[0]), ...args.slice(1)] : args));
  }

  override call(inputs: Nested<Tensor>, options: CallOptions = {}): Nested<Tensor> {
    const graph = this.#graph;
    if (!graph)
      throw new NotImplementedError(`Model ${this.className} does not have a \`call()\` method implemented.`, { code: 'not-implemented' });
    const tensors = standardizeInputs(graph.inputStructure, inputs);
    if (options.mask) {
      flatten(options.mask).forEach((mask, index) => {
        const tensor = tensors[index];
        if (mask && tensor) setKerasMask(tensor as Tensor, mask);
      });
    }
    return unpackSingle(graph.run(tensors, options.training) as Nested<Tensor>);
  }

  /** Creates the weights by running the model on symbolic inputs of these shapes. */
  override build(inputShape: ShapeStructure): void {
    if (this.#graph || inputShape === null) return;
    const inputs = mapShapes(inputShape, (shape) => new KerasTensor(shape));
    inferSpec((value) => this.call(value as Nested<Tensor>), [inputs]);
  }

  /** A class with `call` alone needs no building: its layers are built as the call meets them. */
  override buildOnCall(shapes: readonly ShapeStructure[]): void {
    if (this.constructor.prototype.build !== Model.prototype.build) super.buildOnCall(shapes);
    else this.#calledOn = shapes[0];
  }

  override computeOutputSpec(args: readonly unknown[], options: CallOptions): Nested<KerasTensor> {
    const graph = this.#graph;
    const given = flatten(args[0] as Nested<unknown>);
    const isAsMade =
      graph &&
      given.length === graph.inputs.length &&
      given.every((tensor, index) => hasShapeOf(tensor, graph.inputs[index] as KerasTensor));
    if (!isAsMade) return super.computeOutputSpec(args, options);
    return unpackSingle(mapStructure(graph.outputStructure, (output) => new KerasTensor(output.shape, { dtype: output.dtype })));
  }

  /** Models may get more layers after they were built. */
  protected override lockState(): void {}

  /** The layer of this name, or at this index. */
  getLayer(which?: string | { readonly name?: string; readonly index?: number }): Layer {
    const { name, index } = typeof which === 'string' ? { name: which, index: undefined } : { name: which?.name, index: which?.index };
    if (name !== undefined && index !== undefined) {
      throw new ValueError(`Provide only a layer name or a layer index. Received: index=${index}, name=${name}.`, { code: 'get-layer' });
    }
    if (index !== undefined) {
      const layer = this.layers[index];
      if (layer) return layer;
      throw new ValueError(`Was asked to retrieve layer at index ${index} but model only has ${this.layers.length} layers.`, {
        code: 'get-layer',
      });
    }
    if (name === undefined) throw new ValueError('Provide either a layer name or layer index at `get_layer`.', { code: 'get-layer' });
    const layer = this.layers.find((candidate) => candidate.name === name);
    if (layer) return layer;
    throw new ValueError(`No such layer: ${name}. Existing layers are: ${formatNames(this.layers.map((candidate) => candidate.name))}.`, {
      code: 'get-layer',
    });
  }

  /**
   * The outputs for host arrays, computed in batches; they come back in the structure of the model's outputs.
   *
   * @example model.predict(new Float32Array(8), ...)
   */
  predict(inputs: LayerInputs, options?: PredictOptions): Nested<NDArray>;
  /** The same for data that comes in batches, or with callbacks. */
  predict(inputs: TrainingData, options?: PredictLoopOptions): Promise<Nested<NDArray>>;
  predict(inputs: TrainingData, options: PredictLoopOptions = {}): Nested<NDArray> | Promise<Nested<NDArray>> {
    if (!isArrayData(inputs) || options.callbacks || options.steps) return predictLoop(this, inputs, options);
    return this.predictArrays(inputs as LayerInputs, options);
  }

  /** The outputs for all rows at once. */
  predictOnBatch(inputs: LayerInputs): Nested<NDArray> {
    return this.predictArrays(inputs, { batchSize: Number.MAX_SAFE_INTEGER });
  }

  override predictArrays(inputs: LayerInputs, options: PredictOptions): Nested<NDArray> {
    return holdsStrings(inputs) ? predictStrings(this, inputs, options) : this.#predictor.predict(inputs, options);
  }

  /** The host part and the compiled part of a model that takes strings; undefined for a model of numbers alone. */
  splitHostPart(): SplitModel | undefined {
    const { graph } = this;
    if (!graph) return undefined;
    if (this.#split?.[0] === graph) return this.#split[1];
    const part = splitHostPart(graph, inputNames(this));
    const split = part && {
      program: part.program,
      model: new Model({ inputs: part.inputs, outputs: part.outputs, name: this.name }),
      prepare: (inputs: unknown) => prepareStrings(this, part.program(), inputs),
    };
    this.#split = [graph, split];
    return split;
  }

  /** The model as a graph for the compiler, with named inputs and outputs. */
  traceGraph(options: TraceModelOptions = {}): Graph {
    return traceModel(this, options);
  }

  /**
   * Quantizes the weights of the layers that can be: `int8`, `int4` or `float8`.
   *
   * @example model.quantize('int8');
   */
  quantize(mode?: string | null, options: QuantizeOptions = {}): void {
    const { config = null, filters } = options;
    for (const layer of this.flattenLayers()) {
      if (layer.sublayers.length > 0 || !isQuantizable(layer) || !isPicked(layer, filters)) continue;
      quantizeOrWarn(layer, mode, config);
    }
  }

  /** Prints layers, shapes and parameter counts as Keras does. */
  summary(options: SummaryOptions = {}): void {
    (options.printFn ?? console.log)(summarize(this, options));
  }

  override getConfig(): Record<string, unknown> {
    if (!this.#graph) return super.getConfig();
    return { name: this.name, trainable: this.trainable, ...writeGraph(this.#graph, isFunctionalModel) };
  }

  override getBuildConfig(): Record<string, unknown> | undefined {
    if (this.#graph) return { input_shape: null };
    return super.getBuildConfig() ?? (this.#calledOn ? { input_shape: this.#calledOn } : undefined);
  }

  /** The model as `keras.Model.to_json` writes it. */
  toJson(): string {
    return JSON.stringify(this.serialize());
  }

  /**
   * Writes the model as a `.keras` file that Keras opens.
   *
   * @example await model.save('digits.keras');
   */
  save(path: string): Promise<void> {
    return saveModel(this, path);
  }

  /** Writes the weights alone, as a `.weights.h5` file. */
  saveWeights(path: string): Promise<void> {
    return saveWeights(this, path);
  }

  /** Takes the weights of a file: `.keras`, `.weights.h5`, `.h5` or TensorFlow.js. */
  async loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<void> {
    // Loading knows all classes of models, so this class cannot import it in advance.
    const { loadWeights } = await import('../saving/load-model.ts');
    return loadWeights(this, path, options);
  }

  /** The config of the model as model files hold it. */
  serialize(): SerializedObject {
    const serialized = serializeObject(this);
    const named =
      this.constructor === Model && this.#graph
        ? { ...serialized, module: 'keras.src.models.functional', class_name: 'Functional', registered_name: 'Functional' }
        : serialized;
    const compileConfig = this.getCompileConfig();
    return compileConfig ? { ...named, compile_config: compileConfig } : named;
  }

  /** The model that a config (camel case keys, as `getConfig` gives) describes. */
  static fromConfig(this: typeof Model, config: Record<string, unknown>, options: DeserializeOptions = {}): Model {
    const { layers, inputLayers: _inputs, outputLayers: _outputs, dtype: _dtype, ...rest } = config;
    // biome-ignore lint/complexity/noThisInStatic: `this` is the subclass that is made
    if (!Array.isArray(layers)) return construct(this, config) as Model;
    const { inputs, outputs } = readGraph(config, options, {
      today: isFunctionalModel,
      legacy: (operation) => operation instanceof Model,
    });
    return new this({ ...rest, inputs, outputs } as ModelOptions);
  }
}

interface Quantizable {
  quantize(mode?: string | null, options?: { readonly config?: QuantizationConfig | null }): void;
}

const isQuantizable = (layer: Layer): layer is Layer & Quantizable => 'quantize' in layer && layer.built;

/** A layer that does not know the way stays as it is. */
function quantizeOrWarn(layer: Layer & Quantizable, mode: string | null | undefined, config: QuantizationConfig | null): void {
  try {
    layer.quantize(mode, { config });
  } catch (error) {
    if (!(error instanceof NotImplementedError)) throw error;
    console.warn(error.message);
  }
}

function isPicked(layer: Layer, filters: QuantizeOptions['filters']): boolean {
  if (filters === undefined) return true;
  if (typeof filters === 'function') return filters(layer);
  return [filters].flat().some((filter) => new RegExp(filter).test(layer.name));
}

const isFunctionalModel = (operation: Operation): boolean => operation instanceof Model && operation.isFunctional;

const hasShapeOf = (value: unknown, expected: KerasTensor): boolean =>
  value instanceof KerasTensor &&
  value.shape.length === expected.shape.length &&
  value.shape.every((dim, axis) => dim === expected.shape[axis]);

const symbolic = (array: NDArray | null): KerasTensor | null => array && new KerasTensor(array.shape, { dtype: array.dtype });

/** A list of one output is that output, as in Keras. */
function unpackSingle<T>(outputs: Nested<T>): Nested<T> {
  return Array.isArray(outputs) && outputs.length === 1 ? (outputs[0] as Nested<T>) : outputs;
}
