// Saving and loading, with the table of Keras's classes filled.
import './builtin-classes.ts';

export { type DeserializeOptions, deserializeKerasObject } from './deserialize.ts';
export { type LoadWeightsOptions, loadModel, loadWeights } from './load-model.ts';
export {
  CustomObjectScope,
  type CustomObjects,
  customObjectScope,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
} from './registry.ts';
export { modelToBytes, saveModel, saveWeights } from './save-model.ts';
export { type SerializedObject, serializeKerasObject } from './serialize.ts';
