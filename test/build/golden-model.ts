// Models that Keras saved, with inputs and what Keras computed from them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '../../compiler/formats/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';

const folder = fileURLToPath(new URL('../golden/conformance/', import.meta.url));
const lines = readFileSync(`${folder}models/cases.jsonl`, 'utf8').trim().split('\n');
const cases = new Map(lines.map((line) => JSON.parse(line)).map((each) => [each.id as string, each]));
const tensors = readSafetensors(new Uint8Array(readFileSync(`${folder}models/tensors.safetensors`)));

export interface GoldenModel {
  readonly path: string;
  /** In the model's order, or by name. */
  readonly inputs: readonly NDArray[];
  readonly outputs: readonly NDArray[];
}

/** `name` is that of the file in models/files: `residual_cnn`. */
export function goldenModel(name: string): GoldenModel {
  const found = cases.get(`models/${name}`);
  if (!found) throw new Error(`there is no golden model ${name}`);
  return { path: `${folder}${found.keras}`, inputs: tensorsOf(found.inputs), outputs: tensorsOf(found.outputs) };
}

function tensorsOf(structure: unknown): NDArray[] {
  if (typeof structure !== 'object' || structure === null) return [];
  if ('$tensor' in structure) return [tensors.get(structure.$tensor as string) as NDArray];
  const keyed = Object.entries(structure).sort(([a], [b]) => (Array.isArray(structure) ? 0 : a < b ? -1 : 1));
  return keyed.flatMap(([, part]) => tensorsOf(part));
}
