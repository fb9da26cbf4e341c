// Callbacks as one: every hook goes to each of them in order.
import type { Trainer } from '../training/trainer.ts';
import { Callback, type CallbackParams, type Hook, type Logs, type PredictLogs } from './callback.ts';
import { History } from './history.ts';
import { ProgbarLogger } from './progbar-logger.ts';

/** One callback, or lists of them. */
export type CallbackLike = Callback | readonly CallbackLike[] | null | undefined;

export interface CallbackListOptions extends Partial<CallbackParams> {
  /** Whether to add a History if there is none. */
  readonly addHistory?: boolean;
  /** Whether to add a progress bar if there is none. */
  readonly addProgbar?: boolean;
  readonly model?: Trainer;
}

/** Callbacks as one: every hook goes to each of them in order. */
export class CallbackList extends Callback {
  readonly callbacks: Callback[];
  /** The history among them. */
  readonly history: History | undefined;

  constructor(callbacks?: CallbackLike, options: CallbackListOptions = {}) {
    super();
    const { addHistory = false, addProgbar = false, model, verbose = 1, epochs = 1, steps = null } = options;
    this.callbacks = flattenCallbacks(callbacks);
    const isIn = (type: new () => Callback): boolean => this.callbacks.some((callback) => callback instanceof type);
    if (addHistory && !isIn(History)) this.callbacks.push(new History());
    if (addProgbar && !isIn(ProgbarLogger)) this.callbacks.push(new ProgbarLogger());
    for (const callback of this.callbacks) callback.siblings = this.callbacks;
    this.history = this.callbacks.find((callback) => callback instanceof History);
    if (model) this.setModel(model);
    this.setParams({ verbose, epochs, steps });
  }

  override setModel(model: Trainer): void {
    super.setModel(model);
    if (this.history) model.history = this.history;
    for (const callback of this.callbacks) callback.setModel(model);
  }

  override setParams(params: CallbackParams): void {
    super.setParams(params);
    for (const callback of this.callbacks) callback.setParams(params);
  }

  /** One after the other: a later callback sees what an earlier one did. */
  async #each(call: (callback: Callback) => Hook): Promise<void> {
    for (const callback of this.callbacks) {
      const waiting = call(callback);
      if (waiting) await waiting;
    }
  }

  override onTrainBegin(logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTrainBegin(logs));
  }

  override onTrainEnd(logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTrainEnd(logs));
  }

  override onEpochBegin(epoch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onEpochBegin(epoch, logs));
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onEpochEnd(epoch, logs));
  }

  override onBatchBegin(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onBatchBegin(batch, logs));
  }

  override onBatchEnd(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onBatchEnd(batch, logs));
  }

  override onTrainBatchBegin(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTrainBatchBegin(batch, logs));
  }

  override onTrainBatchEnd(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTrainBatchEnd(batch, logs));
  }

  override onTestBegin(logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTestBegin(logs));
  }

  override onTestEnd(logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTestEnd(logs));
  }

  override onTestBatchBegin(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTestBatchBegin(batch, logs));
  }

  override onTestBatchEnd(batch: number, logs: Logs = {}): Promise<void> {
    return this.#each((callback) => callback.onTestBatchEnd(batch, logs));
  }

  override onPredictBegin(logs: PredictLogs = {}): Promise<void> {
    return this.#each((callback) => callback.onPredictBegin(logs));
  }

  override onPredictEnd(logs: PredictLogs = {}): Promise<void> {
    return this.#each((callback) => callback.onPredictEnd(logs));
  }

  override onPredictBatchBegin(batch: number, logs: PredictLogs = {}): Promise<void> {
    return this.#each((callback) => callback.onPredictBatchBegin(batch, logs));
  }

  override onPredictBatchEnd(batch: number, logs: PredictLogs = {}): Promise<void> {
    return this.#each((callback) => callback.onPredictBatchEnd(batch, logs));
  }
}

function flattenCallbacks(callbacks: CallbackLike): Callback[] {
  if (callbacks === null || callbacks === undefined) return [];
  return callbacks instanceof Callback ? [callbacks] : callbacks.flatMap(flattenCallbacks);
}
