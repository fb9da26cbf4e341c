// `keras.optimizers`: how training changes weights.
export * from './all.ts';
export { deserialize, get, type OptimizerLike, serialize } from './get.ts';
export { Optimizer } from './optimizer.ts';
export type { LearningRate, OptimizerOptions } from './options.ts';
export * as schedules from './schedules/index.ts';
