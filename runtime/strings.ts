// The runtime of models that take strings: what runs on the host comes before the program. Bundles of other models go without it.
import { fail, quote } from './fail.ts';
import { checkFile } from './files.ts';
import { type BundleSource, type LoadOptions, load as loadNumbers, locate, parseManifest, read } from './load.ts';
import type { Manifest, Tensor } from './manifest.ts';
import type { Model, PredictOptions, Tensors } from './model.ts';
import { type HostArray, type HostInput, type HostProgram, runHostProgram } from './preprocessing/index.ts';

export type { BundleSource, LoadOptions } from './load.ts';

/** Strings in row-major order, or numbers in a typed array. */
export type StringInputs = Readonly<Record<string, readonly string[] | Tensor>>;

const PROGRAM = 'preprocessing.json';

/** Loads a model whose first layers take strings. */
export async function load(source: BundleSource, options: LoadOptions = {}): Promise<StringModel> {
  const find = locate(source);
  const quiet = (): void => {};
  const manifest = parseManifest(await read(find('manifest.json'), quiet, 2 ** 24, options));
  const bytes = await read(find(PROGRAM), quiet, manifest.files[PROGRAM]?.bytes ?? 0, options);
  await checkFile(PROGRAM, bytes, manifest);
  const program = JSON.parse(new TextDecoder().decode(bytes)) as HostProgram;
  return new StringModel(await loadNumbers(source, options), program, manifest);
}

export class StringModel {
  readonly name: string;
  readonly variant: string;
  readonly inputs: readonly HostInput[];
  readonly outputs: Model['outputs'];
  readonly #model: Model;
  readonly #program: HostProgram;

  constructor(model: Model, program: HostProgram, { name, outputs }: Manifest) {
    this.name = name;
    this.variant = model.variant;
    this.inputs = program.inputs;
    this.outputs = outputs;
    this.#model = model;
    this.#program = program;
  }

  /**
   * Runs the model on arrays of strings and typed arrays, any number of samples one after the other.
   *
   * @example
   * const { score } = model.predict({ text: ['what a day', 'rain again'] });
   */
  predict(inputs: StringInputs, options?: PredictOptions): Tensors {
    const arrays = this.#program.inputs.map((input): [string, HostArray] => [input.name, this.#shaped(input, inputs[input.name])]);
    const numbers = Object.entries(runHostProgram(this.#program, Object.fromEntries(arrays)));
    return this.#model.predict(Object.fromEntries(numbers.map(([name, array]) => [name, array.data as Tensor])), options);
  }

  #shaped({ name, dtype, shape }: HostInput, data: readonly string[] | Tensor | undefined): HostArray {
    const isStrings = Array.isArray(data) && data.every((text) => typeof text === 'string');
    if (dtype === 'string' ? !isStrings : !ArrayBuffer.isView(data)) {
      fail(
        `input ${quote(name)} of model ${quote(this.name)} takes ${dtype === 'string' ? 'an array of strings' : `a typed array of ${dtype}`}.`,
      );
    }
    const values = data as readonly string[] | Tensor;
    const size = shape.slice(1).reduce<number>((product, length) => product * (length ?? 1), 1);
    const samples = values.length / size;
    if (!Number.isInteger(samples) || samples === 0) fail(`input ${quote(name)} has ${values.length} elements, expected ${size} a sample.`);
    return { dtype, shape: [samples, ...shape.slice(1).map((length) => length ?? 1)], data: values } as HostArray;
  }

  get memoryBytes(): number {
    return this.#model.memoryBytes;
  }

  dispose(): void {
    this.#model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
