// Runs an emitted module in this process, synchronously: what eager operations and `predict` use without a build step.
import { layoutMemory, type Region, type WasmLayout } from '../../codegen/emit/wasm/layout.ts';
import { type MemoryArray, viewMemory } from '../../codegen/kernel-ir/memory.ts';
import type { KernelModule, TensorSlot } from '../../codegen/module.ts';
import { enableRelaxedSimd } from './relaxed-simd.ts';

export interface InstantiateOptions {
  /**
   * A memory that several small programs take turns in (an engine reserves gigabytes of addresses for each memory, so that
   * thousands of programs cannot have one each). It grows as needed.
   */
  readonly memory?: WebAssembly.Memory;
}

export interface WasmProgram {
  /** Runs once: one typed array per input, as `viewMemory` types them; gives new arrays. */
  run(inputs: readonly ArrayBufferView[]): MemoryArray[];
  /** Calls an exported step (`run_3` of a module emitted with `layers`) on what memory holds. */
  step(name: string): void;
  readonly memory: WebAssembly.Memory;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** A memory for programs that take turns, for `InstantiateOptions.memory`. */
export const createProgramMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1 });

/** `bytes` is what `emitWasm` made of `module`. */
export function instantiateWasm(bytes: Uint8Array, module: KernelModule, options: InstantiateOptions = {}): WasmProgram {
  enableRelaxedSimd();
  return new Program(bytes, module, layoutMemory(module), options.memory);
}

/** Which program's weights and halos a memory holds. */
const occupants = new WeakMap<WebAssembly.Memory, Program>();

class Program implements WasmProgram {
  readonly #module: KernelModule;
  readonly #layout: WasmLayout;
  #memory: WebAssembly.Memory | undefined;
  #exports: Readonly<Record<string, unknown>>;

  constructor(bytes: Uint8Array, module: KernelModule, layout: WasmLayout, shared: WebAssembly.Memory | undefined) {
    this.#module = module;
    this.#layout = layout;
    this.#memory = shared ?? allocate(module, layout.bytes);
    const missing = layout.bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65_536));
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource), { kerasc: { memory: this.#memory } }).exports;
  }

  get memory(): WebAssembly.Memory {
    if (!this.#memory) throw new Error(`${this.#module.name} was disposed of and cannot run any more`);
    return this.#memory;
  }

  run(inputs: readonly ArrayBufferView[]): MemoryArray[] {
    const { buffer } = this.memory;
    this.#occupy();
    if (inputs.length !== this.#module.inputs.length)
      throw new Error(`${this.#module.name} takes ${this.#module.inputs.length} inputs, got ${inputs.length}`);
    inputs.forEach((input, position) => {
      copyInput(buffer, this.#layout.inputs[position] as Region, input, this.#module.inputs[position] as TensorSlot);
    });
    this.step('run');
    return this.#module.outputs.map((slot, position) => copyOutput(buffer, this.#layout.outputs[position] as Region, slot));
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
    new Uint8Array(this.memory.buffer).set(this.#module.weights, this.#layout.weights.offset);
    this.step('prepare');
    occupants.set(this.memory, this);
  }
}

function allocate(module: KernelModule, bytes: number): WebAssembly.Memory {
  const pages = bytes / 65_536;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new Error(
      `${module.name} needs ${(bytes / 2 ** 20).toFixed(1)} MiB of memory and this process did not get it. Use a smaller batch, or free memory.`,
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
