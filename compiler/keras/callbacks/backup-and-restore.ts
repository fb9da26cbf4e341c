// Saves training as it goes, so that a run that was killed goes on where it was, with the same numbers.
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ValueError } from '../../errors/index.ts';
import type { Variable } from '../../trace/variable.ts';
import { isPlainObject } from '../engine/structure.ts';
import { decodeVariables, type EncodedArray, encodeVariables } from '../training/state-snapshot.ts';
import type { Trainer } from '../training/trainer.ts';
import type { TrainingProgress } from '../training/training-progress.ts';
import { Callback, type Hook } from './callback.ts';
import { SaveSchedule } from './save-schedule.ts';

export interface BackupAndRestoreOptions {
  /** After each epoch, or after how many batches. Default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** Whether to keep the backup before the last one too. Default false. */
  readonly doubleCheckpoint?: boolean;
  /** Whether to delete the backup when training has ended. Default true. */
  readonly deleteCheckpoint?: boolean;
}

/** What stands beside the weights. It is written last and at once: it names the weights that belong to it. */
interface Metadata {
  readonly epoch: number;
  readonly batch: number;
  readonly weights: string;
  readonly progress: TrainingProgress;
  /** States of random numbers. */
  readonly seeds: readonly EncodedArray[];
  readonly metrics: readonly EncodedArray[];
  /** What other callbacks remember, in their order. */
  readonly callbacks: readonly unknown[];
}

const METADATA = 'training_metadata.json';
const SLOTS = ['latest.weights.h5', 'latest2.weights.h5'] as const;

/**
 * A run with the same model, data and arguments goes on after the last backup, even in the middle of an epoch: weights, optimizer,
 * random numbers, order of rows, metrics and other callbacks are as they were.
 *
 * @example await model.fit(x, y, { epochs: 100, callbacks: [new BackupAndRestore('/tmp/backup', { saveFreq: 500 })] });
 */
export class BackupAndRestore extends Callback {
  readonly backupDir: string;
  readonly doubleCheckpoint: boolean;
  readonly deleteCheckpoint: boolean;
  readonly #schedule: SaveSchedule;
  #slot = 0;
  #callbackStates: readonly unknown[] | undefined;

  constructor(backupDir: string, options: BackupAndRestoreOptions = {}) {
    super();
    if (!backupDir) throw new ValueError('Empty `backup_dir` argument passed', { code: 'backup' });
    this.backupDir = backupDir;
    this.doubleCheckpoint = options.doubleCheckpoint ?? false;
    this.deleteCheckpoint = options.deleteCheckpoint ?? true;
    this.#schedule = new SaveSchedule(
      options.saveFreq ?? 'epoch',
      (frequency) =>
        `Invalid value for argument \`save_freq\`. Received: save_freq=${frequency}. Expected either 'epoch' or an integer value.`,
    );
  }

  override async onTrainBegin(): Promise<void> {
    if (!this.model.built) {
      throw new ValueError(
        'To use the BackupAndRestore callback, you model must be built before you call `fit()`. ' +
          `Model ${this.model.name} is unbuilt. You can build it beforehand by calling it on a batch of data.`,
        { code: 'not-built' },
      );
    }
    const metadata = await this.#read(METADATA);
    if (!metadata) return;
    try {
      await this.#restore(metadata);
    } catch (error) {
      const previous = await this.#read(`${METADATA}.bkp`);
      if (!previous) throw error;
      await this.#restore(previous);
    }
  }

  /** Other callbacks begin anew when training begins: what they remember comes back after that. */
  override onEpochBegin(): void {
    this.siblings.forEach((callback, index) => {
      const state = this.#callbackStates?.[index];
      if (isPlainObject(state)) callback.restoreState(state);
    });
    this.#callbackStates = undefined;
  }

  override onTrainBatchEnd(batch: number): Hook {
    if (this.#schedule.isDueAfterBatch(batch)) return this.#save(batch);
  }

  override onEpochEnd(): Hook {
    if (this.#schedule.isByEpoch) return this.#save(0);
  }

  override async onTrainEnd(): Promise<void> {
    if (this.deleteCheckpoint) await rm(this.backupDir, { recursive: true, force: true });
  }

  async #read(name: string): Promise<Metadata | undefined> {
    try {
      return JSON.parse(await readFile(join(this.backupDir, name), 'utf8')) as Metadata;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #restore({ weights, progress, seeds, metrics, callbacks }: Metadata): Promise<void> {
    const { model } = this;
    model.optimizer?.build(model.trainableWeights);
    await model.loadWeights(join(this.backupDir, weights));
    decodeVariables(seedStates(model), seeds, 'states of random numbers');
    this.#slot = 1 - Math.max(0, (SLOTS as readonly string[]).indexOf(weights));
    this.#callbackStates = callbacks;
    // JSON has no NaN.
    const logs = Object.fromEntries(Object.entries(progress.logs).map(([name, value]) => [name, value ?? Number.NaN]));
    model.resumeFrom = { ...progress, logs, metrics };
  }

  async #save(batch: number): Promise<void> {
    const { model, backupDir } = this;
    const { progress } = model;
    if (!progress) return;
    await mkdir(backupDir, { recursive: true });
    const weights = SLOTS[this.#slot] as string;
    await model.saveWeights(join(backupDir, weights));
    const metadata: Metadata = {
      epoch: progress.epoch,
      batch,
      weights,
      progress,
      seeds: encodeVariables(seedStates(model)),
      metrics: encodeVariables(metricStates(model)),
      callbacks: this.siblings.map((callback) => callback.saveState() ?? null),
    };
    await this.#commit(metadata);
    this.#slot = 1 - this.#slot;
  }

  /** Whoever is killed before the last line leaves the former backup as it was. */
  async #commit(metadata: Metadata): Promise<void> {
    const path = join(this.backupDir, METADATA);
    if (this.doubleCheckpoint) await copyFile(path, `${path}.bkp`).catch(ignoreMissing);
    await writeFile(`${path}.next`, JSON.stringify(metadata));
    await rename(`${path}.next`, path);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

const seedStates = (model: Trainer): Variable[] =>
  [model, ...model.flattenLayers()].flatMap((layer) => layer.seedGenerators.map(({ state }) => state));

const metricStates = (model: Trainer): Variable[] => model.metrics.flatMap((metric) => [...metric.variables]);
