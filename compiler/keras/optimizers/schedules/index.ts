// `keras.optimizers.schedules`: how the learning rate changes.
export { CosineDecay, type CosineDecayOptions } from './cosine-decay.ts';
export { CosineDecayRestarts, type CosineDecayRestartsOptions } from './cosine-decay-restarts.ts';
export { ExponentialDecay, type ExponentialDecayOptions } from './exponential-decay.ts';
export { deserialize, serialize } from './get.ts';
export { InverseTimeDecay, type InverseTimeDecayOptions } from './inverse-time-decay.ts';
export { LearningRateSchedule } from './learning-rate-schedule.ts';
export { PiecewiseConstantDecay } from './piecewise-constant-decay.ts';
export { PolynomialDecay, type PolynomialDecayOptions } from './polynomial-decay.ts';
