export { loadModel } from '../saving/load-model.ts';
export { type LoadModelOptions, modelFromJson } from '../saving/model-from-file.ts';
export { type CloneModelOptions, cloneModel } from './clone-model.ts';
export { Model, type ModelOptions } from './model.ts';
export type { PredictOptions } from './predict.ts';
export { Sequential, type SequentialOptions } from './sequential.ts';
export type { SummaryOptions } from './summary.ts';
export { type TraceModelOptions, traceModel } from './trace-model.ts';
