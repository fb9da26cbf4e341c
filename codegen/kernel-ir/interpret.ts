// Runs a whole kernel module in plain JavaScript: exact, slow, and independent of every emitter.
import {
  type Address,
  entriesOf,
  type KernelModule,
  type ModuleEntry,
  type ModuleStep,
  type StepArgument,
  stateBytes,
  type TensorSlot,
} from '../module.ts';
import { memoryBytes } from './build.ts';
import { type Argument, type InterpretOptions, interpretFunctions } from './interpret-function.ts';
import { type MemoryArray, viewMemory } from './memory.ts';
import type { MemoryType } from './types.ts';

/** Each tensor's memory, row-major: float16 and bfloat16 as bits, 64-bit integers as BigInt, bool as bytes. */
export type Tensors = readonly ArrayBufferView[];

/** Outputs of one run of the module, in its order. The arena starts with garbage, so that reads before writes show. */
export function interpretModule(module: KernelModule, inputs: Tensors, options: InterpretOptions = {}): MemoryArray[] {
  return interpretEntry(module, entriesOf(module)[0] as ModuleEntry, inputs, new Uint8Array(stateBytes(module)), options);
}

/** Outputs of one run of an entry, which leaves its updates in `states`. */
export function interpretEntry(
  module: KernelModule,
  entry: ModuleEntry,
  inputs: Tensors,
  states: Uint8Array,
  options: InterpretOptions = {},
): MemoryArray[] {
  const machine = new Machine(module, entry, inputs, states, options);
  machine.execute(module.prepare);
  machine.execute(entry.run);
  return machine.outputs();
}

class Machine {
  readonly #entry: ModuleEntry;
  readonly #functions: ReturnType<typeof interpretFunctions>;
  readonly #weights: Uint8Array;
  readonly #states: Uint8Array;
  readonly #arena: Uint8Array;
  readonly #inputs: readonly Uint8Array[];
  readonly #outputs: readonly Uint8Array[];
  readonly #views = new Map<Uint8Array, Map<MemoryType, MemoryArray>>();

  constructor(module: KernelModule, entry: ModuleEntry, inputs: Tensors, states: Uint8Array, options: InterpretOptions) {
    if (inputs.length !== entry.inputs.length) throw new Error(`${module.name} takes ${entry.inputs.length} inputs, got ${inputs.length}`);
    this.#entry = entry;
    this.#states = states;
    this.#functions = interpretFunctions(module.functions, options);
    this.#weights = module.weights.slice();
    this.#arena = new Uint8Array(module.arenaBytes).fill(0xff);
    this.#inputs = inputs.map((input, position) => copyInput(input, entry.inputs[position] as TensorSlot));
    this.#outputs = entry.outputs.map((slot) => new Uint8Array(slot.bytes).fill(0xff));
  }

  execute(steps: readonly ModuleStep[]): void {
    for (const step of steps) this.#step(step);
  }

  outputs(): MemoryArray[] {
    return this.#entry.outputs.map((slot, position) => this.#view(this.#outputs[position] as Uint8Array, slot.type));
  }

  #step(step: ModuleStep): void {
    switch (step.kind) {
      case 'call':
        return this.#call(step);
      case 'zero': {
        const { region, at } = this.#resolve(step.address);
        if (at + step.bytes > region.length) throw new Error('kerasc bug: a zero step leaves its region');
        region.fill(0, at, at + step.bytes);
        return;
      }
      case 'branch':
        return this.execute(step.branches[this.#int32(step.index).getInt32(0, true)] ?? []);
      case 'while':
        for (;;) {
          this.execute(step.test);
          const { region, at } = this.#resolve(step.condition);
          if (!region[at]) return;
          this.execute(step.body);
        }
      case 'repeat':
        for (let count = 0; count < step.count; count++) {
          this.#int32(step.counter).setInt32(0, count, true);
          this.execute(step.body);
        }
        return;
      default:
        return step satisfies never;
    }
  }

  #call(step: Extract<ModuleStep, { kind: 'call' }>): void {
    const callee = this.#functions.get(step.callee);
    if (!callee) throw new Error(`kerasc bug: no function ${step.callee}`);
    const args = step.args.map((arg) => this.#argument(arg));
    if (!step.parallel) return callee(args);
    // Cut where a thread pool might, so that a range that cannot be cut shows.
    const cut = Math.floor(step.parallel.extent / 3);
    callee([...args, 0, cut]);
    callee([...args, cut, step.parallel.extent]);
  }

  #argument(arg: StepArgument): Argument {
    if (arg.kind === 'number') return arg.value;
    const { region, at } = this.#resolve(arg.address);
    const bytes = memoryBytes(arg.memory);
    if (at % bytes !== 0) throw new Error(`kerasc bug: ${arg.memory} at byte ${at} is not aligned`);
    return { array: this.#view(region, arg.memory), index: at / bytes };
  }

  #int32(address: Address): DataView {
    const { region, at } = this.#resolve(address);
    return new DataView(region.buffer, region.byteOffset + at, 4);
  }

  #resolve(address: Address): { region: Uint8Array; at: number } {
    return { region: this.#region(address) as Uint8Array, at: address.offset };
  }

  #region(address: Address): Uint8Array | undefined {
    switch (address.region) {
      case 'weights':
        return this.#weights;
      case 'arena':
        return this.#arena;
      case 'states':
        return this.#states;
      case 'input':
        return this.#inputs[address.index];
      case 'output':
        return this.#outputs[address.index];
      default:
        return address.region satisfies never;
    }
  }

  #view(region: Uint8Array, type: MemoryType): MemoryArray {
    const views = this.#views.get(region) ?? new Map<MemoryType, MemoryArray>();
    this.#views.set(region, views);
    const view = views.get(type) ?? viewMemory(type, region.buffer, region.byteOffset, Math.floor(region.length / memoryBytes(type)));
    views.set(type, view);
    return view;
  }
}

function copyInput(input: ArrayBufferView, slot: TensorSlot): Uint8Array {
  if (input.byteLength !== slot.bytes) throw new Error(`input ${slot.name} has ${input.byteLength} bytes, expected ${slot.bytes}`);
  return new Uint8Array(input.buffer, input.byteOffset, input.byteLength).slice();
}
