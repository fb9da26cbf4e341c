// Saves the model as it trains.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { quote, ValueError } from '../../errors/index.ts';
import type { Hook, Logs } from './callback.ts';
import { formatPath } from './format-path.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';
import { SaveSchedule } from './save-schedule.ts';

export interface ModelCheckpointOptions extends Omit<MonitorOptions, 'minDelta'> {
  readonly verbose?: number;
  /** Whether only better models are saved. Default false. */
  readonly saveBestOnly?: boolean;
  /** Whether to save weights (`.weights.h5`) and not the model (`.keras`). Default false. */
  readonly saveWeightsOnly?: boolean;
  /** After each epoch, or after how many batches. Default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** A value that must be beaten before anything is saved. */
  readonly initialValueThreshold?: number | null;
}

/**
 * The path may name the epoch (from 1), the batch and the logs in Python's format.
 *
 * @example new ModelCheckpoint('model_{epoch:02d}_{val_loss:.2f}.keras', { saveBestOnly: true })
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly filepath: string;
  readonly verbose: number;
  readonly saveBestOnly: boolean;
  readonly saveWeightsOnly: boolean;
  readonly #schedule: SaveSchedule;
  #epoch = 0;

  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super(options, options.initialValueThreshold);
    this.filepath = filepath;
    this.verbose = options.verbose ?? 0;
    this.saveBestOnly = options.saveBestOnly ?? false;
    this.saveWeightsOnly = options.saveWeightsOnly ?? false;
    this.#schedule = new SaveSchedule(
      options.saveFreq ?? 'epoch',
      (frequency) => `Unrecognized save_freq: ${frequency}. Expected save_freq are 'epoch' or integer values`,
    );
    this.#checkEnding();
  }

  #checkEnding(): void {
    const { filepath } = this;
    if (this.saveWeightsOnly && !filepath.endsWith('.weights.h5')) {
      throw new ValueError(
        'When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in `.weights.h5` (Keras weights format). ' +
          `Received: filepath=${filepath}`,
        { code: 'checkpoint-path' },
      );
    }
    if (this.saveWeightsOnly || filepath.endsWith('.keras') || filepath.endsWith('.h5')) return;
    throw new ValueError(`The filepath provided must end in \`.keras\` (Keras model format). Received: filepath=${filepath}`, {
      code: 'checkpoint-path',
    });
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override onTrainBatchEnd(batch: number, logs: Logs): Hook {
    if (this.#schedule.isDueAfterBatch(batch)) return this.#save(this.#epoch, batch, logs);
  }

  override onEpochEnd(epoch: number, logs: Logs): Hook {
    this.settleDirection();
    if (this.#schedule.isByEpoch) return this.#save(epoch, undefined, logs);
  }

  async #save(epoch: number, batch: number | undefined, logs: Logs): Promise<void> {
    const path = formatPath(this.filepath, { epoch: epoch + 1, ...(batch === undefined ? {} : { batch: batch + 1 }), ...logs });
    if (!this.#isWorthSaving(epoch, logs, path)) return;
    await mkdir(dirname(path), { recursive: true });
    if (this.saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
    if (this.verbose > 0) console.log(`\nEpoch ${epoch + 1}: finished saving model to ${path}`);
  }

  #isWorthSaving(epoch: number, logs: Logs, path: string): boolean {
    const say = (text: string): void => {
      if (this.verbose > 0) console.log(`\nEpoch ${epoch + 1}: ${text}`);
    };
    const current: unknown = logs[this.monitor];
    if (!this.saveBestOnly || typeof current !== 'number') {
      if (this.saveBestOnly) console.warn(`Can save best model only with ${quote(this.monitor)} available, as one number.`);
      say(`saving model to ${path}`);
      return true;
    }
    const best = this.best === undefined ? 'None' : this.best.toFixed(5);
    const isBetter = this.isImprovement(current, this.best);
    if (isBetter) {
      say(`${this.monitor} improved from ${best} to ${current.toFixed(5)}, saving model to ${path}`);
      this.best = current;
    } else say(`${this.monitor} did not improve from ${best}`);
    return isBetter;
  }
}
