export { formatJson, type Json, type JsonObject, parseJson } from './json.ts';
export type {
  Attributes,
  AttributeValue,
  LayerWeights,
  ModelFile,
  ModelFormat,
  NamedWeight,
  WeightGroup,
  WeightLayers,
  WeightNames,
  WeightStore,
  WeightTree,
  WeightTreeInput,
} from './model-file.ts';
export { readNpy, readNpz } from './numpy.ts';
export { readModelBytes, readModelFile } from './read-model-file.ts';
export { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.ts';
export { type KerasFileContent, writeKerasFile, writeWeightsFile } from './write-keras-file.ts';
