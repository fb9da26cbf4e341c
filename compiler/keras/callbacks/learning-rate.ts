// Reads the learning rate of a model's optimizer.
import type { Trainer } from '../training/trainer.ts';

/** The learning rate of the next step, as a number. */
export const learningRateOf = (model: Trainer): number => Number(model.requireOptimizer().learningRate.item());
