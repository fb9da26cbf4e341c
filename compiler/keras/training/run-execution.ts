// Runs the steps between two rounds of callbacks.
import type { Logs } from '../callbacks/callback.ts';
import type { Batch } from './batch-source.ts';
import { sortLogs, toLogs, toNumber } from './logs.ts';
import type { Trainer } from './trainer.ts';

/** How long steps may keep the thread before timers and files get their turn, in milliseconds. */
const PATIENCE_MS = 50;

let lastTurn = 0;

/** Runs a step on each batch and gives the logs of the last. */
export async function runExecution(model: Trainer, kind: 'train' | 'evaluate', batches: readonly Batch[]): Promise<Logs> {
  let logs: Logs = {};
  for (const batch of batches) {
    model.buildFor(batch.x);
    logs = toLogs(await model.programs.run(kind, batch));
  }
  await takeTurns();
  return logs;
}

/** Lets others have the thread now and then. */
async function takeTurns(): Promise<void> {
  const now = performance.now();
  if (now - lastTurn < PATIENCE_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  lastTurn = performance.now();
}

/**
 * What an epoch reports: the metrics, as they are after the last step. A step of the user's may return something else; if it
 * has the same names, the metrics decide, as in Keras.
 */
export function finalLogs(model: Trainer, logs: Logs, step: 'trainStep' | 'testStep'): Logs {
  // Steps that nobody has overridden return just that.
  if (model.hasDefaultStep(step) && Object.keys(logs).length > 0) return { ...logs };
  const results = Object.fromEntries(Object.entries(resultsOf(model)).map(([name, value]) => [name, toNumber(value.value)]));
  const names = Object.keys(results);
  const isSame = names.length === Object.keys(logs).length && names.every((name) => name in logs);
  return isSame ? sortLogs(results) : { ...logs };
}

function resultsOf(model: Trainer): ReturnType<Trainer['getMetricsResult']> {
  try {
    return model.getMetricsResult();
  } catch {
    // No step has run yet, so that metrics do not know their outputs.
    return {};
  }
}
