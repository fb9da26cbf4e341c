// What models know of training: compile, fit, evaluate, and the steps that these run.
import { gradients } from '../../autodiff/gradients.ts';
import { NotImplementedError, ValueError } from '../../errors/index.ts';
import { isFloat } from '../../ir/dtype.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Logs } from '../callbacks/callback.ts';
import type { History } from '../callbacks/history.ts';
import { Layer } from '../engine/layer.ts';
import type { LayerInputs } from '../engine/layer-call.ts';
import { flatten, type Nested } from '../engine/structure.ts';
import { Mean } from '../metrics/mean.ts';
import type { Direction, Metric, MetricResult } from '../metrics/metric.ts';
import * as ops from '../ops/index.ts';
import { get as getOptimizer } from '../optimizers/get.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { DeserializeOptions } from '../saving/deserialize.ts';
import { readCompileConfig, writeCompileConfig } from './compile-config.ts';
import { CompileLoss } from './compile-loss.ts';
import { CompileMetrics } from './compile-metrics.ts';
import type { CompileOptions } from './compile-options.ts';
import { type EvaluateOptions, evaluate, flattenLogs } from './evaluate.ts';
import { type FitOptions, fit as runFit } from './fit.ts';
import type { ArrayData } from './host-data.ts';
import { ownMetrics } from './own-metrics.ts';
import { runOnBatch, type TestOnBatchOptions, type TrainOnBatchOptions } from './run-on-batch.ts';
import { type StepData, unpackXYSampleWeight } from './step-data.ts';
import { StepPrograms } from './step-programs.ts';
import { splitFitArguments, type TrainingData } from './training-data.ts';
import type { ResumedProgress, TrainingProgress } from './training-progress.ts';

/** What a step returns: values by the names that logs have for them. */
export type StepLogs = Readonly<Record<string, Tensor>>;

/** A metric of any kind, as training sees it. */
export type TrainerMetric = Pick<Metric, 'name' | 'variables' | 'resetState'> & { result(): MetricResult };

export abstract class Trainer extends Layer {
  /** The optimizer of the last `compile`. */
  optimizer: Optimizer | undefined = undefined;
  /** What the last `fit` reported. */
  history: History | undefined = undefined;
  /** A callback sets it to end training after the present step or epoch. */
  stopTraining = false;
  stopEvaluating = false;
  stopPredicting = false;
  stepsPerExecution = 1;
  #compileOptions: CompileOptions | undefined;
  #unusedConfig: { readonly config: Readonly<Record<string, unknown>>; readonly reason: Error } | undefined;
  #compileLoss: CompileLoss | undefined;
  #compileMetrics: CompileMetrics | undefined;
  #lossTracker: Mean | undefined;
  #programs: StepPrograms | undefined;
  // Private, since objects in properties are searched for layers whenever a property is set.
  #progress: TrainingProgress | undefined;
  #resumeFrom: ResumedProgress | undefined;

  /**
   * Says how the model is trained.
   *
   * @example model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
   */
  compile(options: CompileOptions = {}): void {
    const optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
    const needsScale = (options.autoScaleLoss ?? true) && this.dtypePolicy.name === 'mixed_float16';
    const isScaled = optimizer instanceof LossScaleOptimizer;
    this.optimizer = needsScale && !isScaled ? new LossScaleOptimizer(optimizer, { name: 'loss_scale_optimizer' }) : optimizer;
    const names = this.outputNames;
    const { loss, lossWeights, metrics, weightedMetrics } = options;
    this.#compileLoss = loss === undefined || loss === null ? undefined : new CompileLoss(loss, lossWeights, names);
    this.#compileMetrics = metrics || weightedMetrics ? new CompileMetrics(metrics, weightedMetrics, names) : undefined;
    this.#lossTracker = new Mean({ name: 'loss' });
    this.#compileOptions = { ...options, optimizer };
    this.stopTraining = false;
    this.stepsPerExecution = options.stepsPerExecution ?? 1;
    this.forgetPrograms();
  }

  /** Where `fit` stands; undefined outside of it. */
  get progress(): TrainingProgress | undefined {
    return this.#progress;
  }

  set progress(value: TrainingProgress | undefined) {
    this.#progress = value;
  }

  /** The run to go on with: a callback sets it in `onTrainBegin`. */
  get resumeFrom(): ResumedProgress | undefined {
    return this.#resumeFrom;
  }

  set resumeFrom(value: ResumedProgress | undefined) {
    this.#resumeFrom = value;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compileOptions !== undefined;
  }

  /** What `compile` was given, as model files hold it. */
  getCompileConfig(): Readonly<Record<string, unknown>> | undefined {
    return this.#compileOptions ? writeCompileConfig(this.#compileOptions) : this.#unusedConfig?.config;
  }

  /** Keeps what a file said of compiling and nobody could follow: it goes into the next file, and the reason into errors. */
  keepCompileConfig(config: Readonly<Record<string, unknown>>, reason: Error): void {
    this.#unusedConfig = { config, reason };
  }

  /** Compiles as a model file says. The optimizer gets its state, so that it can be loaded. */
  compileFromConfig(config: Readonly<Record<string, unknown>>, options: DeserializeOptions = {}): void {
    this.compile(readCompileConfig(config, options));
    if (this.built) this.requireOptimizer().build(this.trainableWeights);
  }

  /** What `compile` was given. */
  get compileOptions(): CompileOptions | undefined {
    return this.#compileOptions;
  }

  /** Names of the outputs, for losses and metrics by name. */
  get outputNames(): readonly string[] | undefined {
    return undefined;
  }

  /** The structures of inputs and outputs, where they are known: lists of numbers may be one array or several. */
  get dataStructure(): { readonly inputs?: unknown; readonly outputs?: unknown } {
    return {};
  }

  /** Creates what is still missing for inputs of these types. */
  abstract buildFor(inputs: Nested<NDArray | null>): void;

  /** The outputs for host arrays. */
  abstract predictArrays(inputs: LayerInputs, options: { readonly batchSize?: number | null | undefined }): Nested<NDArray>;

  /** Writes the model as a `.keras` file. */
  abstract save(path: string): Promise<void>;

  /** Writes the weights as a `.weights.h5` file. */
  abstract saveWeights(path: string): Promise<void>;

  /** Takes the weights of a file. */
  abstract loadWeights(path: string): Promise<void>;

  /** The compiled steps. */
  get programs(): StepPrograms {
    this.#programs ??= new StepPrograms(this);
    return this.#programs;
  }

  /** Drops all compiled steps: the next ones are traced anew. */
  forgetPrograms(): void {
    this.#programs?.dispose();
    this.#programs = undefined;
  }

  /** The optimizer. Throws ValueError before `compile`. */
  requireOptimizer(): Optimizer {
    this.requireCompiled();
    return this.optimizer as Optimizer;
  }

  requireCompiled(): void {
    if (this.compiled) return;
    throw new ValueError('You must call `compile()` before using the model.', {
      code: 'not-compiled',
      where: `model '${this.name}'`,
      cure: this.#unusedConfig
        ? `The file that the model comes from says how, but: ${this.#unusedConfig.reason.message}`
        : "For example: model.compile({ optimizer: 'adam', loss: 'mse' }).",
    });
  }

  /** Every metric: the loss, what `compile` was given, those in properties of the model and of its layers. */
  get metrics(): readonly TrainerMetric[] {
    const own = [this.#lossTracker, this.#compileMetrics, ...(this.#compileLoss?.metrics ?? [])] as (TrainerMetric | undefined)[];
    return [...new Set([...own.filter((metric) => metric !== undefined), ...ownMetrics(this)])];
  }

  get metricsNames(): string[] {
    return this.metrics.map((metric) => metric.name);
  }

  resetMetrics(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  /** Which values of the metric of this name are better. */
  metricDirection(name: string): Direction {
    return this.#compileMetrics?.directionOf(name);
  }

  /** Not in Keras 3 either: metrics are given to `compile`, or kept in a property and updated in `call`. */
  addMetric(): never {
    throw new NotImplementedError(
      'Layer `add_metric()` method is deprecated. Add your metric in `Model.compile(metrics=[...])`, or create metric trackers in ' +
        'init() or build() when subclassing the layer or model, then call `metric.update_state()` whenever necessary.',
      { code: 'not-implemented' },
    );
  }

  /**
   * One step of training, while it is traced: override it for training of your own.
   *
   * @param data `x`, `[x, y]` or `[x, y, sampleWeight]`
   */
  trainStep(data: StepData<Tensor>): StepLogs {
    const [x, y, sampleWeight] = unpackXYSampleWeight(data);
    const yPred = this.invoke(x, { training: true }) as Nested<Tensor>;
    const loss = this.computeLoss(x, y, yPred, sampleWeight, true);
    this.trackLoss(loss, x);
    const weights = this.trainableWeights;
    const optimizer = this.optimizer as Optimizer;
    if (weights.length > 0) optimizer.apply(gradients(optimizer.scaleLoss(loss), weights), weights);
    else console.warn('The model does not have any trainable weights.');
    return this.computeMetrics(x, y, yPred, sampleWeight);
  }

  /** One step of evaluation. */
  testStep(data: StepData<Tensor>): StepLogs {
    const [x, y, sampleWeight] = unpackXYSampleWeight(data);
    const yPred = this.invoke(x, { training: false }) as Nested<Tensor>;
    this.trackLoss(this.computeLoss(x, y, yPred, sampleWeight, false), x);
    return this.computeMetrics(x, y, yPred, sampleWeight);
  }

  /** One step of prediction. */
  predictStep(data: StepData<Tensor>): Nested<Tensor> {
    const [x] = unpackXYSampleWeight(data);
    return this.invoke(x, { training: false }) as Nested<Tensor>;
  }

  /** Whether a step is the one of this class, which returns the results of all metrics. */
  hasDefaultStep(step: 'trainStep' | 'testStep' | 'predictStep'): boolean {
    const { [step]: own, computeMetrics } = Trainer.prototype;
    return this[step] === own && this.computeMetrics === computeMetrics;
  }

  /** Takes the loss of a step into the mean that logs show. */
  protected trackLoss(loss: Tensor, x: Nested<Tensor>): void {
    const rows = flatten<Tensor | null>(x).find((tensor) => tensor !== null)?.shape[0];
    this.#lossTracker?.updateState(loss, { sampleWeight: rows ?? 1 });
  }

  /** The number to minimize: the compiled loss and what layers added. */
  computeLoss(_x: Nested<Tensor>, y?: Nested<Tensor>, yPred?: Nested<Tensor>, sampleWeight?: Nested<Tensor>, _training = true): Tensor {
    const own = this.#compileLoss?.compute(y as Nested<Tensor>, yPred as Nested<Tensor>, sampleWeight);
    const added = this.losses.map((loss) => ops.sum(isFloat(loss.dtype) ? loss : ops.cast(loss, 'float32')));
    const [first, ...rest] = own ? [own, ...added] : added;
    if (!first) {
      throw new ValueError('No loss to compute. Provide a `loss` argument in `compile()`.', {
        code: 'no-loss',
        where: `model '${this.name}'`,
      });
    }
    return rest.reduce((total, loss) => ops.add(total, loss), first);
  }

  /** Updates the compiled metrics and returns all results. */
  computeMetrics(_x: Nested<Tensor>, y?: Nested<Tensor>, yPred?: Nested<Tensor>, sampleWeight?: Nested<Tensor>): StepLogs {
    this.#compileMetrics?.updateState(y as Nested<Tensor>, yPred as Nested<Tensor>, sampleWeight);
    return this.getMetricsResult();
  }

  /** The results of all metrics by name. */
  getMetricsResult(): StepLogs {
    const results: Record<string, Tensor> = {};
    for (const metric of this.metrics) {
      const result = metric.result() as Tensor | StepLogs;
      if ('shape' in result && 'dtype' in result) results[metric.name] = result as Tensor;
      else Object.assign(results, result);
    }
    return results;
  }

  /**
   * Trains on arrays, or on batches that something iterable gives.
   *
   * @example const history = await model.fit(images, labels, { epochs: 3, batchSize: 128, validationSplit: 0.1 });
   */
  fit(x: TrainingData, y: ArrayData | undefined, options?: FitOptions): Promise<History>;
  fit(x: TrainingData, options?: FitOptions): Promise<History>;
  fit(x: TrainingData, second?: ArrayData | FitOptions, third?: FitOptions): Promise<History> {
    const { y, options } = splitFitArguments<FitOptions>(second, third);
    return runFit(this, x, y, options);
  }

  /** The loss and the metrics on data: a number, a list of numbers, or with `returnDict` by name. */
  evaluate(x: TrainingData, y: ArrayData | undefined, options: EvaluateOptions & { readonly returnDict: true }): Promise<Logs>;
  evaluate(x: TrainingData, options: EvaluateOptions & { readonly returnDict: true }): Promise<Logs>;
  evaluate(x: TrainingData, y?: ArrayData, options?: EvaluateOptions): Promise<number | number[]>;
  evaluate(x: TrainingData, options?: EvaluateOptions): Promise<number | number[]>;
  async evaluate(x: TrainingData, second?: ArrayData | EvaluateOptions, third?: EvaluateOptions): Promise<Logs | number | number[]> {
    const { y, options } = splitFitArguments<EvaluateOptions>(second, third);
    const logs = await evaluate(this, x, y, options);
    return options.returnDict ? logs : flattenLogs(this, logs);
  }

  /** One step of training on one batch; metrics begin anew. */
  trainOnBatch(x: ArrayData, y: ArrayData | undefined, options: TrainOnBatchOptions & { readonly returnDict: true }): Promise<Logs>;
  trainOnBatch(x: ArrayData, y?: ArrayData, options?: TrainOnBatchOptions): Promise<number | number[]>;
  async trainOnBatch(x: ArrayData, y?: ArrayData, options: TrainOnBatchOptions = {}): Promise<Logs | number | number[]> {
    const logs = await runOnBatch(this, 'train', x, y, options);
    return options.returnDict ? logs : flattenLogs(this, logs);
  }

  /** The loss and metrics on one batch. */
  testOnBatch(x: ArrayData, y: ArrayData | undefined, options: TestOnBatchOptions & { readonly returnDict: true }): Promise<Logs>;
  testOnBatch(x: ArrayData, y?: ArrayData, options?: TestOnBatchOptions): Promise<number | number[]>;
  async testOnBatch(x: ArrayData, y?: ArrayData, options: TestOnBatchOptions = {}): Promise<Logs | number | number[]> {
    const logs = await runOnBatch(this, 'evaluate', x, y, options);
    return options.returnDict ? logs : flattenLogs(this, logs);
  }
}
