// The base of all layers: a callable with weights, built on its first call, tracked in what owns it.
import { AttributeError, formatShape, NotImplementedError, ValueError } from '../../errors/index.ts';
import { type DType, isFloat } from '../../ir/dtype.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import { currentScope, withScope } from '../../trace/context.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { get as getConstraint } from '../constraints/index.ts';
import { get as getInitializer } from '../initializers/index.ts';
import { get as getRegularizer } from '../regularizers/index.ts';
import { Callable } from './callable.ts';
import { type DTypePolicy, toPolicy } from './dtype-policy.ts';
import { inferSpec } from './infer-spec.ts';
import { assertInputCompatibility, type InputSpec } from './input-spec.ts';
import { type KerasShape, KerasTensor } from './keras-tensor.ts';
import { type CallOptions, callLayer, type LayerInputs } from './layer-call.ts';
import type { AddWeightOptions, LayerOptions } from './layer-options.ts';
import { autoName, toSnakeCase } from './names.ts';
import type { Node, Operation } from './node.ts';
import type { SeedGenerator } from './seed-generator.ts';
import { mapShapes, type ShapeStructure, shapesOf } from './shape-structure.ts';
import type { Nested } from './structure.ts';
import { takeSavedValues, takeWeights } from './take-values.ts';
import { Tracker } from './tracker.ts';
import { Weight, type WeightRegularizer } from './weight.ts';

export type { AddWeightOptions, LayerOptions } from './layer-options.ts';
export type { ShapeStructure } from './shape-structure.ts';

/** Layers are callable: on tensors they compute, on KerasTensors they become part of a model. */
export interface Layer {
  (inputs: Nested<KerasTensor>, ...rest: readonly (Nested<KerasTensor> | CallOptions | undefined)[]): KerasTensor;
  (inputs: LayerInputs, ...rest: readonly (LayerInputs | CallOptions | undefined)[]): Tensor;
  /** For layers with several outputs: `layer<KerasTensor[]>(x)`. */
  <R>(inputs: unknown, ...rest: readonly unknown[]): R;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export class Layer extends Callable implements Operation {
  /** Names of the constructor's positional arguments (camel case); the other arguments are one options object. */
  static readonly positional: readonly string[] = [];

  readonly name: string;
  readonly inboundNodes: Node[] = [];
  readonly activityRegularizer: WeightRegularizer | undefined;
  readonly autocast: boolean;
  /** Shape without batch that a first layer was given, as old models do. */
  readonly inputShapeArgument: KerasShape | undefined;
  built = false;
  /** What the layer expects of its first argument. */
  inputSpec: InputSpec | readonly (InputSpec | undefined)[] | undefined = undefined;
  /** Whether masks pass through. True where `computeMask` is overridden. */
  supportsMasking: boolean;
  /** Whether inputs are cast to the layer's compute dtype. */
  convertsInputs = true;
  readonly #tracker: Tracker<Layer>;
  /** Which weights were made to be trained, whatever `trainable` says now: the order of weights rests on it. */
  readonly #madeTrainable = new WeakMap<Variable, boolean>();
  #dtypePolicy: DTypePolicy;
  #trainable: boolean;
  #path: string | undefined;
  #buildShapes: readonly ShapeStructure[] | undefined;
  #losses: Tensor[] = [];

  constructor(options: LayerOptions = {}) {
    const tracker = new Tracker<Layer>((value): value is Layer => value instanceof Layer);
    super((_owner, _key, value) => tracker.track(value));
    this.#tracker = tracker;
    const { trainable = true } = options;
    if (typeof trainable !== 'boolean') {
      throw new ValueError(
        `Expected \`trainable\` to be a boolean. Received: trainable=${String(trainable)} (of type ${typeof trainable})`,
      );
    }
    this.name = options.name ?? autoName(toSnakeCase(this.constructor.name));
    this.#dtypePolicy = toPolicy(options.dtype);
    this.activityRegularizer = getRegularizer(options.activityRegularizer);
    this.autocast = options.autocast ?? true;
    this.inputShapeArgument = options.inputShape;
    this.supportsMasking = this.computeMask !== Layer.prototype.computeMask;
    this.#trainable = trainable;
    Object.defineProperty(this, 'build', { value: this.#buildAndLock.bind(this, this.build), configurable: true });
  }

  /** The class's name in messages, summaries and files. */
  get className(): string {
    return this.constructor.name;
  }

  /** The computation, in `ops.*` alone. Named arguments (`training`, `mask`, ...) come as one object at the end. */
  call(_inputs: Nested<Tensor>, ..._rest: unknown[]): Nested<Tensor> {
    throw new NotImplementedError(`Layer ${this.className} does not have a \`call\` method implemented.`, { code: 'not-implemented' });
  }

  /** Creates the weights that depend on the input's shape: called once, before the first call. */
  build(_inputShape: ShapeStructure, ..._rest: unknown[]): void {}

  /** Builds for a first call that is about to happen. */
  buildOnCall(shapes: readonly ShapeStructure[]): void {
    this.build(...(shapes as [ShapeStructure, ...ShapeStructure[]]));
  }

  /** The output's shape. By default it is found by tracing `call`. */
  computeOutputShape(_inputShape: ShapeStructure, ..._rest: unknown[]): ShapeStructure {
    throw new NotImplementedError(
      `Layer ${this.className} does not have a \`computeOutputShape\` method implemented. Should implement \`computeOutputShape(inputShape)\`.`,
      { code: 'not-implemented' },
    );
  }

  /** The mask of the output; by default that of the input. */
  computeMask(_inputs: unknown, previousMask: unknown): unknown {
    return previousMask;
  }

  /** Shapes and dtypes of the outputs for symbolic inputs. */
  computeOutputSpec(args: readonly unknown[], options: CallOptions): Nested<KerasTensor> {
    if (this.computeOutputShape === Layer.prototype.computeOutputShape) {
      return inferSpec(
        (...values) => this.runCall(values.slice(0, -1), values.at(-1) as CallOptions),
        [...args, options],
      ) as Nested<KerasTensor>;
    }
    const shapes = args.map((arg) => shapesOf(arg)) as [ShapeStructure, ...ShapeStructure[]];
    return mapShapes(this.computeOutputShape(...shapes), (shape) => new KerasTensor(shape, { dtype: this.computeDtype }));
  }

  /** Runs `call` in the layer's scope. */
  runCall(args: readonly unknown[], options: CallOptions): Nested<Tensor> {
    return this.call(...(args as [Nested<Tensor>, ...unknown[]]), options);
  }

  override invoke(...args: readonly unknown[]): unknown {
    return callLayer(this, args);
  }

  /** Adds a weight; its path is that of the layer. */
  addWeight(options: AddWeightOptions): Weight {
    const { name, shape = [], trainable = true, autocast = true } = options;
    const dtype = options.dtype ?? this.variableDtype;
    const path = [currentScope(), name].filter(Boolean).join('/');
    if (shape.includes(null)) {
      throw new ValueError(
        'Shapes used to initialize variables must be fully-defined (no `None` dimensions). ' +
          `Received: shape=${formatShape(shape)} for variable path='${path}'`,
        { code: 'unknown-dimension', cure: 'Give the dimension in Input({ shape }), or set the batch size.' },
      );
    }
    const initializer = getInitializer(options.initializer ?? (isFloat(dtype) ? 'glorot_uniform' : 'zeros'));
    const initial = initializer(shape as Shape, { dtype });
    const weight = new Weight(initial, {
      name,
      trainable: trainable && this.#trainable,
      autocast,
      regularizer: getRegularizer(options.regularizer),
      constraint: getConstraint(options.constraint),
    });
    weight.path = path;
    this.#madeTrainable.set(weight, trainable);
    this.#tracker.track(weight);
    return weight;
  }

  /** The layer's own variables: those made trainable first. */
  get ownVariables(): Variable[] {
    const { variables } = this.#tracker;
    const isTrainable = (variable: Variable): boolean => this.#madeTrainable.get(variable) ?? variable.trainable;
    return [...variables.filter(isTrainable), ...variables.filter((variable) => !isTrainable(variable))];
  }

  get seedGenerators(): readonly SeedGenerator[] {
    return this.#tracker.seedGenerators;
  }

  /** The layers that this one owns directly. Models list theirs in their own order. */
  get sublayers(): readonly Layer[] {
    return this.#tracker.layers;
  }

  /** This layer's sublayers, theirs, and so on, each once. */
  flattenLayers(): Layer[] {
    const found = new Set<Layer>();
    const visit = (layer: Layer): void => {
      if (found.has(layer)) return;
      found.add(layer);
      layer.sublayers.forEach(visit);
    };
    this.sublayers.forEach(visit);
    return [...found];
  }

  get weights(): Variable[] {
    return [...new Set([...this.ownVariables, ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  /** Weights and the states of seed generators. */
  get variables(): Variable[] {
    const seeds = this.seedGenerators.map((generator) => generator.state);
    return [...new Set([...this.ownVariables, ...seeds, ...this.sublayers.flatMap((layer) => layer.variables)])];
  }

  get trainableWeights(): Variable[] {
    return this.#trainable ? this.weights.filter((weight) => weight.trainable) : [];
  }

  get nonTrainableWeights(): Variable[] {
    return this.#trainable ? this.weights.filter((weight) => !weight.trainable) : this.weights;
  }

  /** The variables that training changes. */
  get trainableVariables(): Variable[] {
    return this.trainableWeights;
  }

  /** Frozen weights, statistics, and the states of seed generators. */
  get nonTrainableVariables(): Variable[] {
    const trained = new Set(this.trainableVariables);
    return this.variables.filter((variable) => !trained.has(variable));
  }

  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = value;
    for (const variable of this.#tracker.variables) {
      const made = this.#madeTrainable.get(variable) ?? variable.trainable;
      this.#madeTrainable.set(variable, made);
      if (made) variable.trainable = value;
    }
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /** In which dtypes the layer computes and keeps its weights; of a map, the policy for the layer's path. */
  get dtypePolicy(): DTypePolicy {
    return this.#path === undefined ? this.#dtypePolicy : this.#dtypePolicy.forPath(this.#path);
  }

  set dtypePolicy(policy: DTypePolicy) {
    this.#dtypePolicy = policy;
  }

  get variableDtype(): DType {
    return this.dtypePolicy.variableDtype;
  }

  get computeDtype(): DType {
    return this.dtypePolicy.computeDtype;
  }

  /** What float inputs are cast to. */
  get inputDtype(): DType {
    return this.computeDtype;
  }

  get dtype(): DType {
    return this.variableDtype;
  }

  /** The layer's place among its owners, `encoder/dense`, once built. */
  get path(): string | undefined {
    return this.#path;
  }

  /** The values of `weights`. */
  getWeights(): NDArray[] {
    return this.weights.map((weight) => weight.value);
  }

  /** Sets `weights` from values in the same order. */
  setWeights(values: readonly NDArray[]): void {
    takeWeights(this.name, this.weights, values);
    // As in Keras, what sublayers derived from their weights stays: set theirs to change it.
    this.finalizeState();
  }

  countParams(): number {
    if (!this.built) {
      throw new ValueError(
        `You tried to call \`count_params\` on layer '${this.name}', but the layer isn't built. You can build it manually via: \`layer.build(input_shape)\`.`,
        { code: 'not-built' },
      );
    }
    return this.weights.reduce((sum, weight) => sum + elementCount(weight.shape), 0);
  }

  /** Adds a scalar to the losses of this call. */
  addLoss(loss: Tensor): void {
    this.#losses.push(loss);
  }

  clearLosses(): void {
    this.#losses = [];
    for (const layer of this.sublayers) layer.clearLosses();
  }

  /** Losses of the last call (own ones, then those of sublayers), then the penalties of regularized weights. */
  get losses(): Tensor[] {
    const own = [...this.#losses, ...this.flattenLayers().flatMap((layer) => layer.#losses)];
    const penalties = this.trainableWeights.flatMap((weight) =>
      weight instanceof Weight && weight.regularizer ? [weight.regularizer(weight.read())] : [],
    );
    return [...own, ...penalties];
  }

  /** The arguments to make this layer again, in camel case; nested objects are in the form of model files. */
  getConfig(): Record<string, unknown> {
    const base = { name: this.name, trainable: this.#trainable, dtype: this.dtypePolicy.serialize() };
    return this.activityRegularizer ? { ...base, activityRegularizer: this.activityRegularizer } : base;
  }

  /** What `buildFromConfig` needs to create the same weights. */
  getBuildConfig(): Record<string, unknown> | undefined {
    const shapes = this.#buildShapes;
    if (!shapes || this.constructor.prototype.build === Layer.prototype.build) return undefined;
    return { input_shape: shapes[0] };
  }

  /** Creates the weights as a model file describes. */
  buildFromConfig(config: Readonly<Record<string, unknown>>): void {
    if (this.built) return;
    if ('input_shape' in config && config['input_shape']) this.build(config['input_shape'] as ShapeStructure);
    else if ('shapes_dict' in config) {
      const shapes = Object.values(config['shapes_dict'] as Record<string, ShapeStructure>);
      this.build(...(shapes as [ShapeStructure, ...ShapeStructure[]]));
    }
  }

  /** The layer's own variables in the order of model files. */
  get savedVariables(): readonly Variable[] {
    return this.ownVariables;
  }

  /** What a model file holds of them. */
  saveOwnVariables(): NDArray[] {
    return this.savedVariables.map((variable) => variable.value);
  }

  /** Takes the values of its own variables from a file, in the order of `savedVariables`. */
  loadOwnVariables(values: readonly NDArray[]): void {
    takeSavedValues(this, this.savedVariables, values);
    this.finalizeState();
  }

  /** Called when weights were loaded or adapted: for what a layer derives from them once. */
  finalizeState(): void {}

  /** Checks the first argument against `inputSpec`. */
  assertInputs(inputs: unknown): void {
    if (!this.inputSpec) return;
    const specs = Array.isArray(this.inputSpec) ? (this.inputSpec as readonly (InputSpec | undefined)[]) : [this.inputSpec as InputSpec];
    assertInputCompatibility(specs, inputs, this.name);
  }

  /** Lets `create` make other weights in place of these, after the layer was built. */
  protected replaceWeights(former: readonly Variable[], create: () => void): void {
    this.#tracker.unlock();
    this.#tracker.forget(former);
    withScope(this.#path ?? this.name, create);
    this.lockState();
  }

  /** No new state after this, except in models. */
  protected lockState(): void {
    this.#tracker.lock();
  }

  protected get tracker(): Tracker<Layer> {
    return this.#tracker;
  }

  /** The symbolic input of the layer's first call. */
  get input(): Nested<KerasTensor> {
    const { inputs } = this.#firstNode('input');
    return inputs.length === 1 ? (inputs[0] as KerasTensor) : inputs;
  }

  /** The symbolic output of the layer's first call. */
  get output(): Nested<KerasTensor> {
    const { outputs } = this.#firstNode('output');
    return outputs.length === 1 ? (outputs[0] as KerasTensor) : outputs;
  }

  #firstNode(what: string): Node {
    const node = this.inboundNodes[0];
    if (!node)
      throw new AttributeError(`The layer ${this.name} has never been called and thus has no defined ${what}.`, { code: 'never-called' });
    return node;
  }

  #buildAndLock(build: (...shapes: ShapeStructure[]) => void, ...shapes: ShapeStructure[]): void {
    withScope(this.name, () => {
      this.#path = currentScope();
      build.apply(this, shapes);
    });
    this.#buildShapes = shapes;
    this.built = true;
    this.lockState();
  }
}
