// The learning rates of a model, as logs name them.
import { MultiOptimizer } from '../optimizers/multi-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Trainer } from '../training/trainer.ts';
import type { Logs } from './callback.ts';

/** The optimizers that have a learning rate: one, or those that work together. */
export function optimizersOf(model: Trainer): readonly Optimizer[] {
  const optimizer = model.requireOptimizer();
  return optimizer instanceof MultiOptimizer ? optimizer.optimizers : [optimizer];
}

/** The learning rate of the next step, as a number. */
export const learningRateOf = (optimizer: Optimizer): number => Number(optimizer.learningRate.item());

/** `learning_rate`, or `learning_rate_adam` and so on for several optimizers. */
export function learningRateLogs(model: Trainer): Logs {
  const optimizers = optimizersOf(model);
  const isSingle = !(model.optimizer instanceof MultiOptimizer);
  return Object.fromEntries(
    optimizers.map((optimizer) => [isSingle ? 'learning_rate' : `learning_rate_${optimizer.name}`, learningRateOf(optimizer)]),
  );
}
