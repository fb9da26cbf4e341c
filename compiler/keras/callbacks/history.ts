// Keeps what every epoch reported; `fit` returns it.
import { Callback, type Logs } from './callback.ts';

/** What every epoch reported: numbers by name in `history`. `fit` returns it. */
export class History extends Callback {
  /** The logs of the epochs by name, in order. */
  readonly history: Record<string, number[]> = {};
  /** The epochs, counted from 0. */
  epoch: number[] = [];

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
    this.model.history = this;
  }
}
