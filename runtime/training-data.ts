// Brings the arrays that training is given into the program's memory, a batch at a time.
import { fail, quote } from './fail.ts';
import type { Tensor } from './manifest.ts';
import type { EntryPort } from './step-program.ts';
import type { EntryInput } from './training.ts';

/** A typed array, or several by name where the model has several inputs or outputs. */
export type NamedTensors = Tensor | Readonly<Record<string, Tensor>>;

/** Samples one after the other, row-major, of the dtypes that `model.training` names. */
export interface TrainingData {
  readonly x: NamedTensors;
  readonly y?: NamedTensors;
  readonly sampleWeight?: Tensor;
}

interface Source {
  readonly view: Tensor;
  readonly data: Tensor;
  /** Elements of a sample. */
  readonly size: number;
}

/** The data of an entry, checked, and ways to feed it. */
export class SampleSource {
  readonly samples: number;
  readonly #sources: readonly Source[];

  /** @param batch samples that the entry takes */
  constructor(data: TrainingData, inputs: readonly EntryPort<EntryInput>[], batch: number) {
    let samples = -1;
    this.#sources = inputs.map(({ info, view }) => {
      const array = find(data, info, inputs);
      const size = view.length / batch;
      const count = array.length / size;
      const what = `${info.role} ${quote(info.name)}`;
      if (array.constructor.name !== view.constructor.name)
        fail(`${what} is ${array.constructor.name}, expected ${view.constructor.name} (${info.dtype}).`);
      if (!Number.isInteger(count) || (samples >= 0 && count !== samples))
        fail(
          `${what} has ${array.length} elements, ${size} a sample${samples >= 0 ? `; the array before it has ${samples} samples` : ''}.`,
        );
      samples = count;
      return { view, data: array, size };
    });
    this.samples = samples;
  }

  /** Copies the samples of these numbers; where there are more in the batch, it begins anew. */
  feed(order: ArrayLike<number>, start: number, batch: number): void {
    for (const { view, data, size } of this.#sources) {
      const target = view as { set(from: Tensor, at: number): void };
      for (let row = 0; row < batch; row++) {
        const from = (order[(start + row) % order.length] as number) * size;
        target.set(data.subarray(from, from + size), row * size);
      }
    }
  }
}

function find(data: TrainingData, { role, name }: EntryInput, inputs: readonly EntryPort<EntryInput>[]): Tensor {
  const given = data[role];
  const isOnly = inputs.filter(({ info }) => info.role === role).length === 1;
  if (ArrayBuffer.isView(given) && isOnly) return given as Tensor;
  const found = given && !ArrayBuffer.isView(given) && Object.hasOwn(given, name) ? given[name] : undefined;
  return found ?? fail(`the data has no ${role} ${quote(name)}. Give ${isOnly ? 'a typed array' : 'an object of typed arrays by name'}.`);
}
