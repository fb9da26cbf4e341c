// Configs of HDF5 and TensorFlow.js files mark Python tuples; here a tuple is a list.
import { isJsonObject, type Json, type JsonObject } from './json.ts';

const LISTS = new Set<unknown>(['__tuple__', 'TensorShape']);

/** The config with `{"class_name": "__tuple__", "items": [...]}` as plain lists. */
export function decodeLegacyTuples(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value === undefined ? value : decode(value)]));
}

function decode(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(decode);
  if (!isJsonObject(value)) return value;
  if (LISTS.has(value.class_name) && Array.isArray(value.items)) return (value.items as readonly Json[]).map(decode);
  return decodeLegacyTuples(value);
}
