// `keras.optimizers`: how training changes weights.
export * as schedules from './schedules/index.ts';
