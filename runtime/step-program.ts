// A program with states in memory: runs its entries and reads and writes its variables.
import { fail, quote } from './fail.ts';
import { ARRAYS, countElements, type Region, type Tensor, type TensorInfo } from './manifest.ts';
import type { ProgramLayout, StateInfo, TrainingInfo } from './training.ts';

/** Where a program lives: WebAssembly's memory, or a native library's. */
export interface Machine {
  /** Holds the inputs and outputs of entries. */
  readonly memory: ArrayBuffer;
  readonly states: Uint8Array;
  run(entry: string): void;
  release(): void;
}

/** An input or output of an entry, as a view of the program's memory. */
export interface EntryPort<Info extends TensorInfo> {
  readonly info: Info;
  readonly view: Tensor;
}

export class StepProgram {
  readonly info: TrainingInfo;
  readonly #layout: ProgramLayout;
  readonly #states: ReadonlyMap<string, StateInfo>;
  #machine: Machine | undefined;

  constructor(info: TrainingInfo, layout: ProgramLayout, machine: Machine) {
    this.info = info;
    this.#layout = layout;
    this.#states = new Map(info.states.map((state) => [state.name, state]));
    this.#machine = machine;
  }

  get states(): ReadonlyMap<string, StateInfo> {
    return this.#states;
  }

  /** Views of what an entry takes and gives. */
  ports(entry: string): {
    readonly inputs: EntryPort<TrainingInfo['entries'][string]['inputs'][number]>[];
    readonly outputs: EntryPort<TensorInfo>[];
  } {
    const { inputs, outputs } = this.info.entries[entry] ?? fail(`the bundle cannot ${entry}. Build it with --train.`);
    const regions = this.#layout.entries[entry] as ProgramLayout['entries'][string];
    const { memory } = this.#alive();
    const portOf = <Info extends TensorInfo>(info: Info, region: Region | undefined): EntryPort<Info> => ({
      info,
      view: new ARRAYS[info.dtype](memory, (region as Region).offset, countElements(info, null)),
    });
    return {
      inputs: inputs.map((info, index) => portOf(info, regions.inputs[index])),
      outputs: outputs.map((info, index) => portOf(info, regions.outputs[index])),
    };
  }

  run(entry: string): void {
    this.#alive().run(entry);
  }

  /** The bytes of a variable, as they are. */
  bytes(path: string): Uint8Array {
    const state = this.#states.get(path) ?? fail(`the model has no variable ${quote(path)}.`);
    const { BYTES_PER_ELEMENT: width } = ARRAYS[state.dtype];
    return this.#alive().states.subarray(state.offset, state.offset + countElements(state, null) * width);
  }

  /** A copy of a variable's value. */
  read(path: string): Tensor {
    const { dtype } = this.#states.get(path) ?? fail(`the model has no variable ${quote(path)}.`);
    return new ARRAYS[dtype](this.bytes(path).slice().buffer);
  }

  write(path: string, values: Tensor): void {
    const target = this.bytes(path);
    const { dtype } = this.#states.get(path) as StateInfo;
    if (values.byteLength !== target.length || values.BYTES_PER_ELEMENT !== ARRAYS[dtype].BYTES_PER_ELEMENT)
      fail(`${quote(path)} takes ${target.length / ARRAYS[dtype].BYTES_PER_ELEMENT} elements of ${dtype} and was given ${values.length}.`);
    target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  dispose(): void {
    this.#machine?.release();
    this.#machine = undefined;
  }

  #alive(): Machine {
    return this.#machine ?? fail('the model was disposed of. Load it again.');
  }
}
