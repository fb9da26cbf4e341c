// The base of callbacks: hooks that training calls as it goes.
import { ValueError } from '../../errors/index.ts';
import type { Trainer } from '../training/trainer.ts';

/** What a step or an epoch reports, by name. A metric that gives a vector puts an array of numbers here. */
export type Logs = Record<string, number>;

/** What a prediction reports: the outputs of the batch. */
export interface PredictLogs {
  readonly outputs?: unknown;
}

/** Hooks may be asynchronous: training waits for them. */
export type Hook = void | Promise<void>;

export interface CallbackParams {
  /** How much is printed: 0, 1 or 2. */
  readonly verbose: number;
  readonly epochs: number;
  /** Steps of an epoch; null where the data does not tell. */
  readonly steps: number | null;
}

/**
 * Subclass it and override what you need.
 *
 * @example
 * class StopAtTarget extends Callback {
 *   override onEpochEnd(_epoch: number, logs: Logs): void {
 *     if ((logs['loss'] ?? 1) < 0.1) this.model.stopTraining = true;
 *   }
 * }
 */
export class Callback {
  params: CallbackParams | undefined;
  /** The callbacks that were given with this one, itself among them. */
  siblings: readonly Callback[] = [];
  #model: Trainer | undefined;

  /** The model that is trained. */
  get model(): Trainer {
    if (this.#model) return this.#model;
    throw new ValueError(`The callback ${this.constructor.name} has no model yet.`, {
      code: 'callback-model',
      cure: 'Pass the callback to model.fit, or call setModel first.',
    });
  }

  setModel(model: Trainer): void {
    this.#model = model;
  }

  setParams(params: CallbackParams): void {
    this.params = params;
  }

  /** What it needs to know to go on in another process, as JSON. */
  saveState(): Readonly<Record<string, unknown>> | undefined {
    return undefined;
  }

  /** Takes what `saveState` gave. */
  restoreState(_state: Readonly<Record<string, unknown>>): void {}

  onTrainBegin(_logs: Logs): Hook {}
  onTrainEnd(_logs: Logs): Hook {}
  onEpochBegin(_epoch: number, _logs: Logs): Hook {}
  /** `logs` may be added to: the callbacks after this one and the history see it. */
  onEpochEnd(_epoch: number, _logs: Logs): Hook {}

  onBatchBegin(_batch: number, _logs: Logs): Hook {}
  onBatchEnd(_batch: number, _logs: Logs): Hook {}

  onTrainBatchBegin(batch: number, logs: Logs): Hook {
    return this.onBatchBegin(batch, logs);
  }

  onTrainBatchEnd(batch: number, logs: Logs): Hook {
    return this.onBatchEnd(batch, logs);
  }

  onTestBegin(_logs: Logs): Hook {}
  onTestEnd(_logs: Logs): Hook {}
  onTestBatchBegin(_batch: number, _logs: Logs): Hook {}
  onTestBatchEnd(_batch: number, _logs: Logs): Hook {}

  onPredictBegin(_logs: PredictLogs): Hook {}
  onPredictEnd(_logs: PredictLogs): Hook {}
  onPredictBatchBegin(_batch: number, _logs: PredictLogs): Hook {}
  onPredictBatchEnd(_batch: number, _logs: PredictLogs): Hook {}
}
