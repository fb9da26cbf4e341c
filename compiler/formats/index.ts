export { FORMAT_CODES, type FormatCode } from './codes.ts';
export { type Json, type JsonObject, formatJson, isJsonObject, parseJson, parseJsonObject } from './json.ts';
export type {
  AttributeValue,
  Attributes,
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
export { type Safetensors, readSafetensors, writeSafetensors } from './safetensors.ts';
export { type KerasFileContent, writeKerasFile, writeWeightsFile } from './write-keras-file.ts';
