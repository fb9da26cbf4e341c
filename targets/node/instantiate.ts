// Runs an emitted module in this process, synchronously: what eager operations and `predict` use without a build step.
import { type EntryRegions, layoutMemory, type Region, type WasmLayout } from '../../codegen/emit/wasm/layout.ts';
import { type MemoryArray, viewMemory } from '../../codegen/kernel-ir/memory.ts';
import { entriesOf, type KernelModule, type ModuleEntry, type TensorSlot } from '../../codegen/module.ts';
import { enableRelaxedSimd } from './relaxed-simd.ts';

export interface InstantiateOptions {
  /**
   * A memory that several small programs take turns in (an engine reserves gigabytes of addresses for each memory, so that
   * thousands of programs cannot have one each). It grows as needed. Not for programs with states, which would be overwritten.
   */
  readonly memory?: WebAssembly.Memory;
}

export interface WasmProgram {
  /** Runs once: one typed array per input, as `viewMemory` types them; gives new arrays. */
  run(inputs: readonly ArrayBufferView[]): MemoryArray[];
  /** The same for one of several entries. */
  runEntry(entry: string, inputs: readonly ArrayBufferView[]): MemoryArray[];
  /** The memory of the states, as it is. */
  readonly states: Uint8Array;
  /** Calls an exported step (`run_3` of a module emitted with `layers`) on what memory holds. */
  step(name: string): void;
  readonly memory: WebAssembly.Memory;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** A memory for programs that take turns, for `InstantiateOptions.memory`. */
export const createProgramMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1 });

/** What has to be known of a module to run it, besides its code. */
export interface ProgramDescription {
  readonly name: string;
  readonly weights: Uint8Array;
  readonly entries: readonly Pick<ModuleEntry, 'name' | 'inputs' | 'outputs'>[];
  readonly layout: Pick<WasmLayout, 'weights' | 'states' | 'entries' | 'bytes'>;
}

/** `bytes` is what `emitWasm` made of `module`. */
export function instantiateWasm(bytes: Uint8Array, module: KernelModule, options: InstantiateOptions = {}): WasmProgram {
  return instantiateProgram(
    bytes,
    { name: module.name, weights: module.weights, entries: entriesOf(module), layout: layoutMemory(module) },
    options,
  );
}

/** As `instantiateWasm`, where the module itself is not at hand. */
export function instantiateProgram(bytes: Uint8Array, description: ProgramDescription, options: InstantiateOptions = {}): WasmProgram {
  enableRelaxedSimd();
  return new Program(bytes, description, options.memory);
}

/** Which program's weights and halos a memory holds. */
const occupants = new WeakMap<WebAssembly.Memory, Program>();

class Program implements WasmProgram {
  readonly #module: ProgramDescription;
  #memory: WebAssembly.Memory | undefined;
  #exports: Readonly<Record<string, unknown>>;

  constructor(bytes: Uint8Array, module: ProgramDescription, shared: WebAssembly.Memory | undefined) {
    this.#module = module;
    this.#memory = shared ?? allocate(module);
    const missing = module.layout.bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65_536));
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource), { kerasc: { memory: this.#memory } }).exports;
  }

  get memory(): WebAssembly.Memory {
    if (!this.#memory) throw new Error(`${this.#module.name} was disposed of and cannot run any more`);
    return this.#memory;
  }

  get states(): Uint8Array {
    const { offset, bytes } = this.#module.layout.states;
    return new Uint8Array(this.memory.buffer, offset, bytes);
  }

  run(inputs: readonly ArrayBufferView[]): MemoryArray[] {
    return this.runEntry('run', inputs);
  }

  runEntry(entry: string, inputs: readonly ArrayBufferView[]): MemoryArray[] {
    const { buffer } = this.memory;
    this.#occupy();
    const position = this.#module.entries.findIndex(({ name }) => name === entry);
    const slots = this.#module.entries[position];
    const regions = this.#module.layout.entries[position] as EntryRegions;
    if (!slots) throw new Error(`kerasc bug: ${this.#module.name} has no entry ${entry}`);
    if (inputs.length !== slots.inputs.length)
      throw new Error(`${this.#module.name} takes ${slots.inputs.length} inputs, got ${inputs.length}`);
    inputs.forEach((input, index) => copyInput(buffer, regions.inputs[index] as Region, input, slots.inputs[index] as TensorSlot));
    this.step(entry);
    return slots.outputs.map((slot, index) => copyOutput(buffer, regions.outputs[index] as Region, slot));
  }

  step(name: string): void {
    const entry = this.#exports[name];
    if (typeof entry !== 'function') throw new Error(`kerasc bug: ${this.#module.name} exports no function ${name}`);
    entry();
  }

  dispose(): void {
    this.#memory = undefined;
    this.#exports = {};
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Another program may have run in this memory since. */
  #occupy(): void {
    if (occupants.get(this.memory) === this) return;
    new Uint8Array(this.memory.buffer).set(this.#module.weights, this.#module.layout.weights.offset);
    this.step('prepare');
    occupants.set(this.memory, this);
  }
}

function allocate({ name, layout: { bytes } }: ProgramDescription): WebAssembly.Memory {
  const pages = bytes / 65_536;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new Error(
      `${name} needs ${(bytes / 2 ** 20).toFixed(1)} MiB of memory and this process did not get it. Use a smaller batch, or free memory.`,
      { cause },
    );
  }
}

function copyInput(buffer: ArrayBuffer, { offset, bytes }: Region, input: ArrayBufferView, slot: TensorSlot): void {
  if (input.byteLength !== bytes)
    throw new Error(`input ${slot.name} has ${input.byteLength} bytes, expected ${bytes} for ${slot.type} [${slot.shape.join(', ')}]`);
  new Uint8Array(buffer, offset, bytes).set(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
}

function copyOutput(buffer: ArrayBuffer, { offset, bytes }: Region, slot: TensorSlot): MemoryArray {
  const copy = buffer.slice(offset, offset + bytes);
  return viewMemory(
    slot.type,
    copy,
    0,
    slot.shape.reduce((product, size) => product * size, 1),
  );
}
