// A loaded model whose variables live in its program: it can be trained, and its state read, saved and restored.
import { fail, quote } from './fail.ts';
import type { Tensor, TensorInfo } from './manifest.ts';
import type { Model, PredictOptions, Tensors } from './model.ts';
import { permutation } from './permutation.ts';
import type { StepProgram } from './step-program.ts';
import { readTensors, writeTensors } from './tensor-file.ts';
import type { StateInfo, TrainingInfo } from './training.ts';
import { SampleSource, type TrainingData } from './training-data.ts';

/** The loss and the metrics by name, as they are since the epoch began. */
export type Logs = Record<string, number>;

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** The epoch to begin with, for a run that goes on. Default 0. */
  readonly initialEpoch?: number;
  /** Whether each epoch has an order of its own. Default true. */
  readonly shuffle?: boolean;
  /** Of the orders: the same seed gives the same run. Default 0. */
  readonly seed?: number;
  readonly validationData?: TrainingData;
  /** Hears of every step. */
  readonly onBatchEnd?: (step: { readonly epoch: number; readonly step: number; readonly steps: number; readonly logs: Logs }) => void;
  /** Hears of every epoch; false ends training. */
  readonly onEpochEnd?: (epoch: number, logs: Logs) => unknown;
  /** Ends training after the present step. */
  readonly signal?: AbortSignal;
}

export interface History {
  readonly epochs: number[];
  /** For each name the value of each epoch; those of validation begin with `val_`. */
  readonly history: Record<string, number[]>;
}

/** How long `fit` keeps the thread before others get their turn, in milliseconds. */
const PATIENCE_MS = 30;

export class TrainableModel {
  readonly name: string;
  readonly variant: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** What can be run, and on what. */
  readonly training: TrainingInfo;
  readonly #model: Model;
  /** The program behind it, entry by entry. */
  readonly program: StepProgram;
  /** First values of what is set back: of metrics and of what layers keep. */
  readonly #initial: ReadonlyMap<string, Uint8Array>;

  constructor(model: Model, program: StepProgram, initial: Uint8Array) {
    this.name = model.name;
    this.variant = model.variant;
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    this.training = program.info;
    this.#model = model;
    this.program = program;
    const first = readTensors(initial, program.states);
    const kept = program.info.states.filter(({ kind }) => kind === 'metric' || kind === 'state');
    this.#initial = new Map(
      kept.map(({ name }) => [name, (first.get(name) ?? fail(`there is no first value of ${quote(name)}.`)).slice()]),
    );
    this.restore(initial);
  }

  /** As it is trained by now; see `Model.predict`. Recurrent layers that are stateful go on from the last call. */
  predict(inputs: Readonly<Tensors>, options?: PredictOptions): Tensors {
    return this.#model.predict(inputs, options);
  }

  /** One step of training on as many samples as `training.batch` says. */
  trainStep(data: TrainingData): Logs {
    return this.#step('train', data, this.training.batch);
  }

  /**
   * Trains on arrays of samples. The last batch of an epoch is filled up with samples from the epoch's beginning. Others get the
   * thread now and then; in a page, call it in a worker all the same.
   *
   * @example
   * const { history } = await model.fit({ x: images, y: labels }, { epochs: 3 });
   */
  async fit(data: TrainingData, options: FitOptions = {}): Promise<History> {
    const { epochs = 1, initialEpoch = 0, shuffle = true, seed = 0, signal } = options;
    const { batch } = this.training;
    const source = new SampleSource(data, this.program.ports('train').inputs, batch);
    if (source.samples === 0) fail('the data holds no samples.');
    const record: History = { epochs: [], history: {} };
    for (let epoch = initialEpoch; epoch < epochs && !signal?.aborted; epoch++) {
      const order = shuffle ? permutation(source.samples, seed, epoch) : natural(source.samples);
      const logs = await this.#epoch(source, order, epoch, options);
      const found = options.validationData ? this.evaluate(options.validationData) : {};
      for (const name in found) logs[`val_${name}`] = found[name] as number;
      record.epochs.push(epoch);
      for (const name in logs) record.history[name] = [...(record.history[name] ?? []), logs[name] as number];
      if (options.onEpochEnd?.(epoch, logs) === false) break;
    }
    return record;
  }

  async #epoch(source: SampleSource, order: Int32Array, epoch: number, { signal, onBatchEnd }: FitOptions): Promise<Logs> {
    const { batch } = this.training;
    const { outputs } = this.program.ports('train');
    const steps = Math.ceil(source.samples / batch);
    let logs: Logs = {};
    let turn = performance.now();
    this.resetMetrics();
    for (let step = 0; step < steps && !signal?.aborted; step++) {
      source.feed(order, step * batch, batch);
      this.program.run('train');
      logs = logsOf(outputs);
      onBatchEnd?.({ epoch, step, steps, logs });
      if (performance.now() - turn < PATIENCE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
    return logs;
  }

  /** The loss and the metrics on data, any number of samples. */
  evaluate(data: TrainingData): Logs {
    const { batch } = this.training;
    const { inputs, outputs } = this.program.ports('evaluate');
    const source = new SampleSource(data, inputs, batch);
    const order = natural(source.samples);
    const whole = source.samples - (source.samples % batch);
    this.resetMetrics();
    let logs: Logs = {};
    for (let start = 0; start < whole; start += batch) {
      source.feed(order, start, batch);
      this.program.run('evaluate');
      logs = logsOf(outputs);
    }
    if (whole === source.samples) return logs;
    if (!this.training.entries['evaluate_1'])
      fail(`this model evaluates ${batch} samples at a time, and ${source.samples} is no multiple of that.`);
    const one = this.program.ports('evaluate_1');
    const rest = new SampleSource(data, one.inputs, 1);
    for (let sample = whole; sample < source.samples; sample++) {
      rest.feed(order, sample, 1);
      this.program.run('evaluate_1');
    }
    return logsOf(one.outputs);
  }

  /** The weights by their Keras paths; with `all` also what the optimizer and random numbers need to go on. Arrays of your own. */
  getWeights({ all = false } = {}): Tensors {
    return Object.fromEntries(this.#saved(all).map(({ name }) => [name, this.program.read(name)]));
  }

  /** Sets variables by their paths. */
  setWeights(weights: Readonly<Tensors>): void {
    for (const [path, values] of Object.entries(weights)) this.program.write(path, values as Tensor);
  }

  /** A safetensors file of the weights, and with `optimizer` (default) of all that training needs to go on bit by bit. */
  save({ optimizer = true } = {}): Uint8Array {
    return writeTensors(this.#saved(optimizer).map((state) => [state, this.program.bytes(state.name)]));
  }

  /** Sets all variables that a file of `save` holds. */
  restore(file: Uint8Array): void {
    for (const [path, bytes] of readTensors(file, this.program.states)) this.program.bytes(path).set(bytes);
  }

  /** The learning rate; undefined where a schedule decides. */
  get learningRate(): number | undefined {
    const { learningRate } = this.training;
    return learningRate === null ? undefined : Number(this.program.read(learningRate)[0]);
  }

  set learningRate(value: number) {
    this.program.write(
      this.training.learningRate ?? fail('the learning rate follows a schedule and cannot be set.'),
      Float32Array.of(value),
    );
  }

  /** Metrics begin anew, as they do in every epoch. */
  resetMetrics(): void {
    this.#reset('metric');
  }

  /** Stateful recurrent layers begin anew. */
  resetState(): void {
    this.#reset('state');
  }

  get memoryBytes(): number {
    return this.#model.memoryBytes;
  }

  /** Lets go of the memory. */
  dispose(): void {
    this.#model.dispose();
    this.program.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #step(entry: string, data: TrainingData, batch: number): Logs {
    const { inputs, outputs } = this.program.ports(entry);
    const source = new SampleSource(data, inputs, batch);
    if (source.samples !== batch) fail(`a step takes ${batch} samples and was given ${source.samples}. Use fit() for any number.`);
    source.feed(
      Int32Array.from({ length: batch }, (_, index) => index),
      0,
      batch,
    );
    this.program.run(entry);
    return logsOf(outputs);
  }

  #saved(all: boolean): StateInfo[] {
    return this.training.states.filter(({ kind }) => kind === 'weight' || (all && kind !== 'metric'));
  }

  #reset(kind: StateInfo['kind']): void {
    for (const { name, kind: own } of this.training.states)
      if (own === kind) this.program.bytes(name).set(this.#initial.get(name) as Uint8Array);
  }
}

const natural = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

const logsOf = (outputs: readonly { readonly info: TensorInfo; readonly view: Tensor }[]): Logs =>
  Object.fromEntries(outputs.map(({ info, view }) => [info.name, Number(view[0])]));
