// What ships with a model: loads a bundle and runs it. Depends on nothing.
export type { FileSource, ReadFile } from './files.ts';
export { type BundleSource, type LoadOptions, load } from './load.ts';
export type { DType, Manifest, Region, Tensor, TensorInfo, Variant, Verification } from './manifest.ts';
export type { Model, PredictOptions, Tensors } from './model.ts';
