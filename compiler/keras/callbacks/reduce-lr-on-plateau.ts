// Lowers the learning rate when a value no longer gets better.
import { ValueError } from '../../errors/index.ts';
import type { Logs } from './callback.ts';
import { learningRateLogs, learningRateOf, optimizersOf } from './learning-rate.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied with; below 1. Default 0.1. */
  readonly factor?: number;
  /** How many epochs may pass without a better value. Default 10. */
  readonly patience?: number;
  readonly verbose?: number;
  /** Default 1e-4. */
  readonly minDelta?: number;
  /** How many epochs to wait after a reduction. Default 0. */
  readonly cooldown?: number;
  /** The learning rate does not go below. Default 0. */
  readonly minLr?: number;
}

/** @example new ReduceLROnPlateau({ monitor: 'val_loss', factor: 0.2, patience: 5, minLr: 0.001 }) */
export class ReduceLROnPlateau extends MonitorCallback {
  readonly factor: number;
  readonly patience: number;
  readonly verbose: number;
  readonly cooldown: number;
  readonly minLr: number;
  wait = 0;
  cooldownCounter = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super({ minDelta: 1e-4, ...options });
    this.factor = options.factor ?? 0.1;
    this.patience = options.patience ?? 10;
    this.verbose = options.verbose ?? 0;
    this.cooldown = options.cooldown ?? 0;
    this.minLr = options.minLr ?? 0;
    if (this.factor < 1) return;
    throw new ValueError(`ReduceLROnPlateau does not support a factor >= 1.0. Received factor=${this.factor}`, { code: 'callback-option' });
  }

  override onTrainBegin(): void {
    this.best = undefined;
    this.cooldownCounter = 0;
    this.wait = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.settleDirection();
    Object.assign(logs, learningRateLogs(this.model));
    const current = logs[this.monitor];
    if (current === undefined) {
      console.warn(
        `Learning rate reduction is conditioned on metric \`${this.monitor}\` which is not available. Available metrics are: ${Object.keys(logs).join(',')}.`,
      );
      return;
    }
    if (this.#isCoolingDown()) {
      this.cooldownCounter -= 1;
      this.wait = 0;
    }
    if (this.isImprovement(current, this.best)) {
      this.best = current;
      this.wait = 0;
    } else if (!this.#isCoolingDown()) {
      this.wait += 1;
      if (this.wait >= this.patience) this.#reduce(epoch);
    }
  }

  override saveState(): Readonly<Record<string, unknown>> {
    return { ...super.saveState(), wait: this.wait, cooldownCounter: this.cooldownCounter };
  }

  override restoreState(state: Readonly<Record<string, unknown>>): void {
    super.restoreState(state);
    this.wait = Number(state['wait']);
    this.cooldownCounter = Number(state['cooldownCounter']);
  }

  #isCoolingDown(): boolean {
    return this.cooldownCounter > 0;
  }

  #reduce(epoch: number): void {
    for (const optimizer of optimizersOf(this.model)) {
      const old = learningRateOf(optimizer);
      if (old <= Math.fround(this.minLr)) continue;
      const next = Math.max(old * this.factor, this.minLr);
      optimizer.learningRate = next;
      if (this.verbose > 0) console.log(`\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${next}.`);
      this.cooldownCounter = this.cooldown;
      this.wait = 0;
    }
  }
}
