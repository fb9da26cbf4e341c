// The public entry: the Keras API of kerasc.
export * as activations from './keras/activations/index.ts';
export * as applications from './keras/applications/index.ts';
export * as constraints from './keras/constraints/index.ts';
export {
  type CallOptions,
  DTypePolicy,
  Input,
  type InputSpec,
  KerasTensor,
  Layer,
  type LayerOptions,
  SeedGenerator,
  type TensorLike,
  clearSession,
  dtypePolicy,
  setDtypePolicy,
} from './keras/engine/index.ts';
export * as initializers from './keras/initializers/index.ts';
export * as layers from './keras/layers/index.ts';
export { type LoadModelOptions, Model, type ModelOptions, Sequential, loadModel, modelFromJson, traceModel } from './keras/models/index.ts';
export * as ops from './keras/ops/index.ts';
export * as regularizers from './keras/regularizers/index.ts';
export { deserializeKerasObject, registerKerasSerializable, serializeKerasObject } from './keras/saving/index.ts';
export * as errors from './errors/index.ts';
export { type Executor, setExecutor } from './trace/evaluate.ts';
export { Tensor, tensorOf } from './trace/tensor.ts';
export { Variable } from './trace/variable.ts';
