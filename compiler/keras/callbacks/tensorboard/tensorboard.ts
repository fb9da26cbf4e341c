// Writes what happens in training for TensorBoard.
import { join } from 'node:path';
import { UnsupportedError } from '../../../errors/index.ts';
import type { Variable } from '../../../trace/variable.ts';
import { Model } from '../../models/model.ts';
import { Callback, type Logs } from '../callback.ts';
import { learningRateLogs } from '../learning-rate.ts';
import { EventFile } from './event-file.ts';
import { graphDef } from './graph-def.ts';
import { histogram, kerasModel, scalar } from './summaries.ts';
import { weightImages } from './weight-images.ts';

export interface TensorBoardOptions {
  /** Every how many epochs the weights are written as histograms. Default 0: never. */
  readonly histogramFreq?: number;
  /** Whether to write the model as a graph. Default true. */
  readonly writeGraph?: boolean;
  /** Whether to write weights as images too, with the histograms. Default false. */
  readonly writeImages?: boolean;
  readonly writeStepsPerSecond?: boolean;
  /** `epoch`, `batch`, or every how many batches scalars are written. Default `epoch`. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** There is no profile to write: only 0. */
  readonly profileBatch?: 0;
}

/** @example new TensorBoard('logs', { histogramFreq: 1 }) // tensorboard --logdir logs */
export class TensorBoard extends Callback {
  readonly logDir: string;
  readonly histogramFreq: number;
  readonly writeGraph: boolean;
  readonly writeImages: boolean;
  readonly writeStepsPerSecond: boolean;
  /** Undefined: scalars come by epoch. */
  readonly #everyBatches: number | undefined;
  readonly #files = new Map<string, EventFile>();
  #trainBatches = 0;
  #epochBegan = 0;
  #batchBegan = 0;
  #batchesBefore = 0;

  constructor(logDir = 'logs', options: TensorBoardOptions = {}) {
    super();
    const { histogramFreq = 0, writeGraph = true, writeImages = false, writeStepsPerSecond = false, updateFreq = 'epoch' } = options;
    this.logDir = logDir;
    this.histogramFreq = histogramFreq;
    this.writeGraph = writeGraph;
    this.writeImages = writeImages;
    this.writeStepsPerSecond = writeStepsPerSecond;
    this.#everyBatches = updateFreq === 'epoch' ? undefined : updateFreq === 'batch' ? 1 : updateFreq;
    if (!options.profileBatch) return;
    throw new UnsupportedError('Profiles for TensorBoard are not supported.', {
      code: 'tensorboard-profile',
      cure: 'Leave `profileBatch` at 0; `kerasc bench` measures compiled models.',
    });
  }

  #file(name: 'train' | 'validation'): EventFile {
    const file = this.#files.get(name) ?? new EventFile(join(this.logDir, name));
    this.#files.set(name, file);
    return file;
  }

  override onTrainBegin(): void {
    this.#trainBatches = 0;
    if (this.writeGraph) this.#writeModel();
  }

  /** The layers, and the operations where the shapes of inputs are known. */
  #writeModel(): void {
    const { model } = this;
    if (!(model instanceof Model) || !model.graph) return;
    try {
      this.#file('train').writeSummary(kerasModel('keras', model.toJson()), 0);
      this.#file('train').writeGraph(graphDef(model.traceGraph()));
    } catch (error) {
      // A drawing that fails must not end training.
      console.warn(`TensorBoard gets no graph of the model: ${(error as Error).message}`);
    }
  }

  override onTrainEnd(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  override onTrainBatchBegin(): void {
    this.#trainBatches += 1;
    this.#batchBegan = performance.now();
  }

  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    if (!this.#isDue(this.#trainBatches)) return;
    const seconds = (performance.now() - this.#batchBegan) / 1000;
    if (this.writeStepsPerSecond) this.#file('train').writeSummary(scalar('batch_steps_per_second', 1 / seconds), this.#trainBatches);
    for (const [name, value] of Object.entries(logs)) this.#scalar('train', `batch_${name}`, value, this.#trainBatches);
  }

  override onTestEnd(logs: Logs): void {
    const steps = Number(this.model.optimizer?.iterations.item() ?? 0);
    for (const [name, value] of Object.entries(logs)) this.#scalar('validation', `evaluation_${name}_vs_iterations`, value, steps);
  }

  #isDue(batch: number): boolean {
    return this.#everyBatches !== undefined && batch % this.#everyBatches === 0;
  }

  override onEpochBegin(): void {
    this.#epochBegan = performance.now();
    this.#batchesBefore = this.#trainBatches;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    for (const [name, value] of Object.entries(logs)) {
      const isValidation = name.startsWith('val_');
      this.#scalar(isValidation ? 'validation' : 'train', `epoch_${isValidation ? name.slice(4) : name}`, value, epoch);
    }
    for (const [name, rate] of Object.entries(learningRateLogs(this.model)))
      if (!(name in logs)) this.#scalar('train', `epoch_${name}`, rate, epoch);
    if (this.writeStepsPerSecond) {
      const seconds = (performance.now() - this.#epochBegan) / 1000;
      this.#scalar('train', 'epoch_steps_per_second', (this.#trainBatches - this.#batchesBefore) / seconds, epoch);
    }
    if (this.histogramFreq > 0 && epoch % this.histogramFreq === 0) this.#writeWeights(epoch);
  }

  /** One number; of a vector the mean. */
  #scalar(file: 'train' | 'validation', tag: string, value: unknown, step: number): void {
    const numbers = [value].flat(Number.POSITIVE_INFINITY).map(Number);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / Math.max(numbers.length, 1);
    this.#file(file).writeSummary(scalar(tag, mean), step);
  }

  #writeWeights(epoch: number): void {
    for (const weight of new Set<Variable>(this.model.sublayers.flatMap((layer) => layer.weights))) {
      const name = weight.path.replaceAll(':', '_');
      this.#file('train').writeSummary(
        histogram(`${name}/histogram`, Array.from(weight.value.data as ArrayLike<number | bigint>, Number)),
        epoch,
      );
      const image = this.writeImages ? weightImages(`${name}/image`, weight.value) : undefined;
      if (image) this.#file('train').writeSummary(image, epoch);
    }
  }
}
