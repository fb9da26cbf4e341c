// A loaded model: copies inputs into the program's memory, runs it, and shows the outputs.
import { fail, quote } from './fail.ts';
import { ARRAYS, countElements, type Manifest, type Region, type Tensor, type TensorInfo, type Variant } from './manifest.ts';

export type Tensors = Record<string, Tensor>;

export interface PredictOptions {
  /** Gives arrays of your own instead of views that the next `predict` overwrites. */
  readonly copy?: boolean;
}

/** One input or output: its place in memory, and how much of it is one sample. */
interface Port extends TensorInfo {
  readonly view: Tensor;
  /** Elements of a sample; of the whole tensor where it has no batch. */
  readonly size: number;
  readonly batched: boolean;
}

export class Model {
  readonly name: string;
  /** The program that was chosen for this engine. */
  readonly variant: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #batch: number;
  readonly #bytes: number;
  #release: () => void;
  #ports: readonly Port[];
  #results: readonly Port[];
  #run: (() => void) | undefined;
  /** The samples that `#views` are made for. */
  #samples = -1;
  #views: Tensors = {};

  /** Made by `load`. `memory` holds the regions of inputs and outputs; `release` lets go of what the program holds besides. */
  constructor(manifest: Manifest, variant: Variant, memory: ArrayBuffer, run: () => void, release: () => void = () => {}) {
    this.name = manifest.name;
    this.variant = variant.name;
    this.inputs = manifest.inputs;
    this.outputs = manifest.outputs;
    this.#bytes = variant.memory.bytes;
    this.#release = release;
    this.#batch = manifest.batch ?? 1;
    this.#ports = manifest.inputs.map((tensor, position) =>
      port(tensor, manifest.batch, memory, variant.memory.inputs[position] as Region),
    );
    this.#results = manifest.outputs.map((tensor, position) =>
      port(tensor, manifest.batch, memory, variant.memory.outputs[position] as Region),
    );
    this.#run = run;
  }

  /**
   * Runs the model on one typed array per input (row-major, of the input's dtype) and gives one per output. Where the shapes
   * begin with a batch, the arrays hold any number of samples. The outputs are views that the next call overwrites, unless
   * `copy` is set; calling again allocates nothing as long as the number of samples stays the same.
   *
   * @example
   * const { scores } = model.predict({ image });
   */
  predict(inputs: Readonly<Tensors>, options?: PredictOptions): Tensors {
    const run = this.#run ?? fail(`model ${quote(this.name)} was disposed of. Load it again to predict.`);
    const samples = this.#checkInputs(inputs);
    const outputs = this.#outputsFor(samples);
    for (let start = 0; start < samples; start += this.#batch) {
      const count = Math.min(this.#batch, samples - start);
      for (const input of this.#ports) feed(input, inputs[input.name] as Tensor, start, count, samples);
      run();
      if (samples > this.#batch) for (const output of this.#results) collect(output, outputs[output.name] as Tensor, start, count);
    }
    return options?.copy ? Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.slice()])) : outputs;
  }

  /** Bytes of memory that the model holds: all of it was allocated by `load`. */
  get memoryBytes(): number {
    return this.#run ? this.#bytes : 0;
  }

  /** Lets go of the memory. */
  dispose(): void {
    this.#release();
    this.#release = () => {};
    this.#run = undefined;
    this.#ports = this.#results = [];
    this.#views = {};
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** How many samples the inputs hold. */
  #checkInputs(inputs: Readonly<Tensors>): number {
    for (const name in inputs) {
      if (!this.#ports.some((input) => input.name === name))
        fail(
          `model ${quote(this.name)} has no input ${quote(name)}. Its inputs: ${this.#ports.map((input) => quote(input.name)).join(', ')}.`,
        );
    }
    let samples = 0;
    for (const input of this.#ports) {
      const given = inputs?.[input.name];
      if (!given) fail(`input ${quote(input.name)} is missing: ${describe(input)}.`);
      if (!isArrayOf(given, input.view)) fail(`input ${quote(input.name)} is ${nameOf(given)}, expected ${describe(input)}.`);
      const count = given.length / input.size;
      const fits = input.batched ? Number.isInteger(count) && count > 0 && (!samples || count === samples) : count === 1;
      if (!fits)
        fail(
          `input ${quote(input.name)} has ${given.length} elements, expected ${describe(input)}${input.batched && samples ? ` with ${samples} samples, as the input before it` : ''}.`,
        );
      if (input.batched) samples = count;
    }
    return samples || 1;
  }

  /** Views of the program's outputs where one run is enough, arrays that collect them where it is not. */
  #outputsFor(samples: number): Tensors {
    if (samples === this.#samples) return this.#views;
    this.#samples = samples;
    this.#views = Object.fromEntries(
      this.#results.map((output) => {
        const elements = output.batched ? samples * output.size : output.size;
        return [output.name, samples > this.#batch ? new ARRAYS[output.dtype](elements) : output.view.subarray(0, elements)];
      }),
    );
    return this.#views;
  }
}

function port(tensor: TensorInfo, batch: number | null, memory: ArrayBuffer, { offset }: Region): Port {
  const elements = countElements(tensor, batch);
  const batched = tensor.shape[0] === null;
  return {
    ...tensor,
    batched,
    size: batched ? elements / (batch as number) : elements,
    view: new ARRAYS[tensor.dtype](memory, offset, elements),
  };
}

/** TypeScript cannot see that arrays of one dtype meet. */
type Settable = { set(from: Tensor, at?: number): void; fill(value: number | bigint, from: number): void };

/** Copies the samples of one run; what is left of the last one is zero. */
function feed({ view, size, batched }: Port, from: Tensor, start: number, count: number, samples: number): void {
  const target = view as Settable;
  const whole = !batched || count === samples;
  target.set(whole ? from : from.subarray(start * size, (start + count) * size));
  if (batched) target.fill(view instanceof BigInt64Array || view instanceof BigUint64Array ? 0n : 0, count * size);
}

function collect({ view, size, batched }: Port, to: Tensor, start: number, count: number): void {
  if (batched) (to as Settable).set(view.subarray(0, count * size), start * size);
  else (to as Settable).set(view);
}

/** Whatever window it comes from; the pixels of a canvas may stand for bytes. */
function isArrayOf(given: unknown, view: Tensor): boolean {
  const tag = (value: unknown): unknown => ArrayBuffer.isView(value) && Reflect.get(value, Symbol.toStringTag);
  return tag(given) === tag(view) || (tag(given) === 'Uint8ClampedArray' && tag(view) === 'Uint8Array');
}

function describe({ dtype, shape, size, batched }: Port): string {
  const dimensions = shape.map((length) => length ?? 'batch').join(', ');
  return `${ARRAYS[dtype].name} of shape [${dimensions}]${batched ? `, ${size} elements a sample` : `, ${size} elements`} (${dtype})`;
}

function nameOf(value: unknown): string {
  return (typeof value === 'object' && value?.constructor?.name) || quote(value);
}
