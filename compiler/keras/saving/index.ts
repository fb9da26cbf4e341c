import './builtin-classes.ts';

export { type DeserializeOptions, deserializeKerasObject } from './deserialize.ts';
export { type LoadWeightsOptions, loadModel, loadWeights } from './load-model.ts';
export { type LoadModelOptions, modelFromConfig, modelFromFile, modelFromJson } from './model-from-file.ts';
export { type CustomObjects, registerKerasSerializable } from './registry.ts';
export { modelToBytes, saveModel, saveWeights } from './save-model.ts';
export { type SerializedObject, serializeKerasObject } from './serialize.ts';
