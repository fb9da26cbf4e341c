// The public entry: the Keras API of kerasc.

export { type GradientsOptions, grad, gradients, type LossResult, remat, type ValueAndGrad, valueAndGrad } from './autodiff/index.ts';
export { type BuildOptions, build } from './build/build.ts';
export * as export from './build/export.ts';
export type { BuildReport } from './build/report.ts';
export type { BuildTarget } from './build/targets.ts';
export * as data from './data/index.ts';
export * as errors from './errors/index.ts';

import { createStepCompiler } from './compile/step-compiler.ts';
import { createWasmExecutor } from './compile/wasm-executor.ts';
import { setExecutor } from './trace/evaluate.ts';
import { setStepCompiler } from './trace/step.ts';

export { wasmStepCompiler } from './compile/step-compiler.ts';
export * as activations from './keras/activations/index.ts';
export * as applications from './keras/applications/index.ts';
export * as backend from './keras/backend/index.ts';
export * as callbacks from './keras/callbacks/index.ts';
export * as config from './keras/config/index.ts';
export * as constraints from './keras/constraints/index.ts';
export * as datasets from './keras/datasets/index.ts';
export * as dtypePolicies from './keras/dtype-policies/index.ts';
export { FloatDTypePolicy } from './keras/dtype-policies/index.ts';
export type {
  ActivationName,
  ConstraintName,
  InitializerName,
  LossName,
  MetricName,
  OptimizerName,
  RegisteredName,
  RegularizerName,
} from './keras/engine/identifier-names.ts';
export {
  type CallOptions,
  clearSession,
  DTypePolicy,
  dtypePolicy,
  Input,
  type InputSpec,
  KerasTensor,
  Layer,
  type LayerOptions,
  SeedGenerator,
  setDtypePolicy,
  type TensorLike,
} from './keras/engine/index.ts';
export * as initializers from './keras/initializers/index.ts';
export { Initializer } from './keras/initializers/index.ts';
export * as layers from './keras/layers/index.ts';
export * as losses from './keras/losses/index.ts';
export { Loss } from './keras/losses/index.ts';
export * as metrics from './keras/metrics/index.ts';
export { Metric } from './keras/metrics/index.ts';
export * as mixedPrecision from './keras/mixed-precision/index.ts';
export * as models from './keras/models/index.ts';
export { type LoadModelOptions, loadModel, Model, type ModelOptions, modelFromJson, Sequential, traceModel } from './keras/models/index.ts';
export * as ops from './keras/ops/index.ts';
export * as optimizers from './keras/optimizers/index.ts';
export { Optimizer } from './keras/optimizers/index.ts';
export * as preprocessing from './keras/preprocessing/index.ts';
export * as quantizers from './keras/quantizers/index.ts';
export * as random from './keras/random/index.ts';
export * as regularizers from './keras/regularizers/index.ts';
export { Regularizer } from './keras/regularizers/index.ts';
export * as saving from './keras/saving/index.ts';
export { deserializeKerasObject, registerKerasSerializable, serializeKerasObject } from './keras/saving/index.ts';
export * as tree from './keras/tree/index.ts';
export * as utils from './keras/utils/index.ts';
export type { Executor } from './trace/evaluate.ts';
export { type CompiledStep, referenceStepCompiler, type StepCompiler } from './trace/step.ts';
export { Tensor, tensorOf } from './trace/tensor.ts';
export { Variable } from './trace/variable.ts';
export { setExecutor, setStepCompiler };

// Eager operations and `predict` compile to WebAssembly; `setExecutor` chooses something else.
setExecutor(createWasmExecutor());
// Training steps become native code where a C++ compiler is found, WebAssembly elsewhere.
setStepCompiler(createStepCompiler());
