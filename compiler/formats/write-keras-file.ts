// Writes `.keras` archives and `.weights.h5` files that Keras 3 loads.
import { type Zippable, zipSync } from 'fflate';
import type { NDArray } from '../ir/ndarray.ts';
import { writeHdf5 } from './hdf5.ts';
import type { Hdf5Group } from './hdf5-tree.ts';
import { formatJson, type Json, type JsonObject } from './json.ts';
import { ASSETS_FOLDER, CONFIG_FILE, METADATA_FILE, WEIGHTS_FILE } from './keras-archive.ts';
import type { WeightTreeInput } from './model-file.ts';
import { formatError } from './place.ts';

export interface KerasFileContent {
  /** The serialized model, `{ module, class_name, config, ... }`. */
  readonly config: JsonObject;
  readonly weights: WeightTreeInput;
  /** The version of Keras whose arrangement this is. */
  readonly kerasVersion?: string;
  /** Written into the metadata; left out, the same model gives the same bytes. */
  readonly savedAt?: Date;
  /** Files of layers that keep some (vocabularies), by path below `assets/`. */
  readonly assets?: ReadonlyMap<string, Uint8Array>;
}

const KERAS_VERSION = '3.15.1';

/** The bytes of a `.keras` file. */
export async function writeKerasFile(content: KerasFileContent): Promise<Uint8Array> {
  const metadata: JsonObject = {
    keras_version: content.kerasVersion ?? KERAS_VERSION,
    ...(content.savedAt && { date_saved: formatDate(content.savedAt) }),
  };
  const files: Record<string, Uint8Array> = {
    [METADATA_FILE]: encodeJson(metadata),
    [CONFIG_FILE]: encodeJson(content.config),
    [WEIGHTS_FILE]: await writeWeightsFile(content.weights),
  };
  for (const [name, bytes] of content.assets ?? []) {
    if (name.split('/').some((part) => part === '' || part === '.' || part === '..') || /[\\:\0]/.test(name)) {
      throw formatError('hostile-name', [ASSETS_FOLDER, name], 'This cannot be the name of an asset.');
    }
    files[ASSETS_FOLDER + name] = bytes;
  }
  // Stored, not deflated, as Keras does: weights hardly compress. The earliest date that zip has keeps the bytes reproducible.
  return zipSync(files as Zippable, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** The bytes of a `.weights.h5` file. */
export async function writeWeightsFile(weights: WeightTreeInput): Promise<Uint8Array> {
  return writeHdf5(toGroup(weights, true), [WEIGHTS_FILE]);
}

/** Keras makes the group `vars` for each object that can have variables, also where it has none. */
function toGroup(input: WeightTreeInput, isRoot: boolean): Hdf5Group {
  const arrays = new Map<string, NDArray>((input.vars ?? []).map((array, i) => [String(i), array]));
  for (const [name, array] of input.named ?? []) arrays.set(name, array);
  const attributes = new Map<string, string>(input.name === undefined ? [] : [['name', input.name]]);
  const groups = new Map<string, Hdf5Group>([...(input.children ?? [])].map(([name, child]) => [name, toGroup(child, false)]));
  const hasVariables = isRoot || arrays.size > 0 || attributes.size > 0;
  if (hasVariables) groups.set('vars', { attributes, arrays, groups: new Map() });
  return { attributes: new Map(), arrays: new Map(), groups };
}

const encodeJson = (value: Json): Uint8Array => new TextEncoder().encode(formatJson(value));

/** As Keras writes it: `2026-01-31@23:59:59`. */
const formatDate = (date: Date): string => date.toISOString().slice(0, 19).replace('T', '@');
