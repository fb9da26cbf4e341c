// A callback of functions.
import { Callback, type Hook, type Logs, type PredictLogs } from './callback.ts';

type EpochHook = (epoch: number, logs: Logs) => Hook;
type BatchHook = (batch: number, logs: Logs) => Hook;
type PredictBatchHook = (batch: number, logs: PredictLogs) => Hook;
type PlainHook = (logs: Logs) => Hook;

/** Any of the hooks of a callback. */
export interface LambdaCallbackOptions {
  readonly onEpochBegin?: EpochHook;
  readonly onEpochEnd?: EpochHook;
  readonly onTrainBegin?: PlainHook;
  readonly onTrainEnd?: PlainHook;
  readonly onTrainBatchBegin?: BatchHook;
  readonly onTrainBatchEnd?: BatchHook;
  readonly onTestBegin?: PlainHook;
  readonly onTestEnd?: PlainHook;
  readonly onTestBatchBegin?: BatchHook;
  readonly onTestBatchEnd?: BatchHook;
  readonly onPredictBegin?: (logs: PredictLogs) => Hook;
  readonly onPredictEnd?: (logs: PredictLogs) => Hook;
  readonly onPredictBatchBegin?: PredictBatchHook;
  readonly onPredictBatchEnd?: PredictBatchHook;
}

/** @example new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs) }) */
export class LambdaCallback extends Callback {
  constructor(hooks: LambdaCallbackOptions = {}) {
    super();
    Object.assign(this, Object.fromEntries(Object.entries(hooks).filter(([, hook]) => hook !== undefined && hook !== null)));
  }
}
