// Stops training when a value no longer gets better.
import type { NDArray } from '../../ir/ndarray.ts';
import type { Logs } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** How many epochs may pass without a better value. Default 0. */
  readonly patience?: number;
  readonly verbose?: number;
  /** A value that must be beaten before waiting starts over. */
  readonly baseline?: number | null;
  /** Whether the weights of the best epoch come back at the end. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one do not count. Default 0. */
  readonly startFromEpoch?: number;
}

/** @example new EarlyStopping({ monitor: 'val_loss', patience: 3, restoreBestWeights: true }) */
export class EarlyStopping extends MonitorCallback {
  readonly patience: number;
  readonly verbose: number;
  readonly baseline: number | undefined;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
  wait = 0;
  /** The epoch that was the last; 0 if training was not stopped. */
  stoppedEpoch = 0;
  bestEpoch = 0;
  bestWeights: readonly NDArray[] | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options);
    this.patience = options.patience ?? 0;
    this.verbose = options.verbose ?? 0;
    this.baseline = options.baseline ?? undefined;
    this.restoreBestWeights = options.restoreBestWeights ?? false;
    this.startFromEpoch = options.startFromEpoch ?? 0;
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.best = undefined;
    this.bestWeights = undefined;
    this.bestEpoch = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.settleDirection();
    const current = this.#monitorValue(logs);
    if (current === undefined || epoch < this.startFromEpoch) return;
    // If no later epoch turns out better, the first one is the best.
    if (this.restoreBestWeights && this.bestWeights === undefined) this.#remember(epoch);
    this.wait += 1;
    if (this.isImprovement(current, this.best)) {
      this.best = current;
      this.#remember(epoch);
      if (this.baseline === undefined || this.isImprovement(current, this.baseline)) this.wait = 0;
    } else if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  /** The weights of the best epoch are not kept. */
  override saveState(): Readonly<Record<string, unknown>> {
    return { ...super.saveState(), wait: this.wait, bestEpoch: this.bestEpoch };
  }

  override restoreState(state: Readonly<Record<string, unknown>>): void {
    super.restoreState(state);
    this.wait = Number(state['wait']);
    this.bestEpoch = Number(state['bestEpoch']);
  }

  #remember(epoch: number): void {
    if (this.restoreBestWeights) this.bestWeights = this.model.getWeights();
    this.bestEpoch = epoch;
  }

  #monitorValue(logs: Logs): number | undefined {
    const value = logs[this.monitor];
    if (value === undefined) {
      console.warn(
        `Early stopping conditioned on metric \`${this.monitor}\` which is not available. Available metrics are: ${Object.keys(logs).join(',')}`,
      );
    }
    return value;
  }

  override onTrainEnd(): void {
    if (this.stoppedEpoch > 0 && this.verbose > 0) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (!this.bestWeights) return;
    if (this.verbose > 0) console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
    this.model.setWeights(this.bestWeights);
  }
}
