// Every optimizer, one line each.
export * from './adadelta.ts';
export * from './adafactor.ts';
export * from './adagrad.ts';
export * from './adam.ts';
export * from './adamax.ts';
export * from './adamw.ts';
export * from './ftrl.ts';
export * from './lamb.ts';
export * from './lion.ts';
export * from './loss-scale-optimizer.ts';
export * from './multi-optimizer.ts';
export * from './muon.ts';
export * from './nadam.ts';
export * from './optimizer-map.ts';
export * from './rmsprop.ts';
export * from './schedule-free-adamw.ts';
export * from './sgd.ts';
