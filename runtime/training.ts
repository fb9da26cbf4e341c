// What a bundle with states says of its program: entry points, the variables that live in it, and where they lie. Stands in training.json.
import { fail, quote } from './fail.ts';
import { ARRAYS, countElements, type Manifest, type Region, type TensorInfo, type Variant } from './manifest.ts';

/** What the array is to the model; of one role, arrays are told by their names. */
export interface EntryInput extends TensorInfo {
  readonly role: 'x' | 'y' | 'sampleWeight';
}

export interface EntryInfo {
  readonly inputs: readonly EntryInput[];
  readonly outputs: readonly TensorInfo[];
}

/**
 * A variable. weight: of the model, by its Keras path; optimizer: what that keeps beside; metric: sums of an epoch; seed: of random
 * numbers; state: what recurrent layers keep between calls.
 */
export interface StateInfo extends TensorInfo {
  readonly kind: 'weight' | 'optimizer' | 'metric' | 'seed' | 'state';
  /** Bytes from the start of the states. */
  readonly offset: number;
}

export interface ProgramLayout {
  readonly states: Region;
  readonly entries: Readonly<Record<string, { readonly inputs: readonly Region[]; readonly outputs: readonly Region[] }>>;
}

export interface TrainingInfo {
  readonly format: 'kerasc-training';
  readonly version: 1;
  /** Samples that `train` and `evaluate` take at a time. */
  readonly batch: number;
  /** `predict`, and in a trainable bundle `train`, `evaluate`, and `evaluate_1` for one sample where the batch may be of any size. */
  readonly entries: Readonly<Record<string, EntryInfo>>;
  readonly states: readonly StateInfo[];
  /** The path of the learning rate where it is a number that may be set. */
  readonly learningRate: string | null;
  /** By variant. */
  readonly layouts: Readonly<Record<string, ProgramLayout>>;
}

export const TRAINING_FILE = 'training.json';
export const STATES_FILE = 'states.safetensors';

/** Throws unless everything that is read or written lies in the program's memory. */
export function checkTraining(value: unknown, manifest: Manifest, { name, memory }: Variant): TrainingInfo {
  const info = value as TrainingInfo;
  if (info?.format !== 'kerasc-training' || info.version !== 1)
    fail(`${TRAINING_FILE} is none that this runtime reads. Build the model and load it with the same kerasc.`);
  const damaged = (what: string): never => fail(`${TRAINING_FILE} is damaged: ${what}.`);
  const isIn = (region: Region | undefined, bytes: number, limit: number): boolean =>
    !!region &&
    region.bytes === bytes &&
    Number.isSafeInteger(region.offset) &&
    region.offset >= 0 &&
    region.offset % 8 === 0 &&
    region.offset + bytes <= limit;
  const sizeOf = (tensor: TensorInfo): number =>
    Object.hasOwn(ARRAYS, tensor.dtype)
      ? countElements(tensor, null) * ARRAYS[tensor.dtype].BYTES_PER_ELEMENT
      : damaged(`${quote(tensor.name)} has no known dtype`);
  const layout = info.layouts[name] ?? damaged(`it has no layout for variant ${quote(name)}`);
  const { states } = layout;
  if (!isIn(states, states.bytes, memory.bytes)) damaged('its states lie outside of the memory');
  for (const state of info.states) {
    const bytes = sizeOf(state);
    if (!isIn({ offset: state.offset, bytes }, bytes, states.bytes)) damaged(`${quote(state.name)} lies outside of the states`);
  }
  for (const [entry, { inputs, outputs }] of Object.entries(info.entries)) {
    const regions = layout.entries[entry];
    const fits = (tensors: readonly TensorInfo[], places: readonly Region[] | undefined): boolean =>
      tensors.length === places?.length && tensors.every((tensor, index) => isIn(places[index], sizeOf(tensor), memory.bytes));
    if (!fits(inputs, regions?.inputs) || !fits(outputs, regions?.outputs))
      damaged(`there is no room for what ${quote(entry)} takes and gives`);
  }
  if (!manifest.files[STATES_FILE]) damaged(`the bundle has no ${STATES_FILE}`);
  return info;
}
