// Compiled steps on a machine: what WebAssembly and native code have in common.
import type { StateSlot } from '../../codegen/module.ts';
import { assert } from '../errors/index.ts';
import { allocate, type DataArray } from '../ir/dtype.ts';
import { formatType } from '../ir/format-type.ts';
import type { Graph, TensorType } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { sameType } from '../ir/primitives/type-rules.ts';
import { elementCount } from '../ir/shape.ts';
import type { CompiledStep, StepGraphs } from '../trace/step.ts';

/** A program in memory. */
export interface StepMachine {
  readonly target: string;
  /** Runs an entry on the data of its inputs; gives new arrays. */
  run(entry: string, inputs: readonly DataArray[]): readonly DataArray[];
  /** The memory of the states, as it is. */
  readonly states: Uint8Array;
  dispose(): void;
}

/** The step with its states set to the values that the graphs' parameters have. */
export function stepOnMachine(graphs: StepGraphs, slots: readonly StateSlot[], machine: StepMachine): CompiledStep {
  const step = new MachineStep(graphs, slots, machine);
  for (const { parameters } of Object.values(graphs))
    for (const { path, data } of parameters) if (step.has(path)) step.writeState(path, data);
  return step;
}

class MachineStep implements CompiledStep {
  readonly target: string;
  readonly entries: readonly string[];
  readonly paths: readonly string[];
  version = 0;
  readonly #graphs: StepGraphs;
  readonly #slots: ReadonlyMap<string, { readonly slot: StateSlot; readonly type: TensorType }>;
  #machine: StepMachine | undefined;

  constructor(graphs: StepGraphs, slots: readonly StateSlot[], machine: StepMachine) {
    const types = new Map(
      Object.values(graphs).flatMap(({ parameters }) => parameters.map(({ path, value }) => [path, value.type] as const)),
    );
    this.target = machine.target;
    this.entries = Object.keys(graphs);
    this.paths = slots.map(({ name }) => name);
    this.#graphs = graphs;
    this.#slots = new Map(slots.map((slot) => [slot.name, { slot, type: types.get(slot.name) as TensorType }]));
    this.#machine = machine;
  }

  has(path: string): boolean {
    return this.#slots.has(path);
  }

  run(entry: string, inputs: readonly NDArray[]): readonly NDArray[] {
    const graph: Graph | undefined = Object.hasOwn(this.#graphs, entry) ? this.#graphs[entry] : undefined;
    assert(graph !== undefined, `the program has no entry ${entry}`);
    assert(inputs.length === graph.inputs.length, `${entry} takes ${graph.inputs.length} inputs and got ${inputs.length}`);
    graph.inputs.forEach(({ type }, index) => checkType(inputs[index] as NDArray, type, `input ${index} of ${entry}`));
    const outputs = this.#alive().run(
      entry,
      inputs.map(({ data }) => data),
    );
    this.version++;
    return graph.outputs.map(({ type }, index) => ndarray(type.dtype, type.shape, outputs[index] as DataArray));
  }

  readState(path: string): NDArray {
    const { slot, type } = this.#find(path);
    const data = allocate(type.dtype, elementCount(type.shape));
    bytesOf(data).set(this.#bytesOf(slot));
    return ndarray(type.dtype, type.shape, data);
  }

  writeState(path: string, value: NDArray): void {
    const { slot, type } = this.#find(path);
    checkType(value, type, `the state ${path}`);
    this.#bytesOf(slot).set(bytesOf(value.data));
    this.version++;
  }

  dispose(): void {
    this.#machine?.dispose();
    this.#machine = undefined;
  }

  #find(path: string): { readonly slot: StateSlot; readonly type: TensorType } {
    const found = this.#slots.get(path);
    assert(found !== undefined, `the program has no state ${path}`);
    return found;
  }

  #bytesOf({ offset, bytes }: StateSlot): Uint8Array {
    return this.#alive().states.subarray(offset, offset + bytes);
  }

  #alive(): StepMachine {
    assert(this.#machine !== undefined, 'the program was disposed of');
    return this.#machine;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: DataArray): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

function checkType(value: NDArray, type: TensorType, what: string): void {
  assert(sameType(value, type), `${what} is ${formatType(type)} and was given ${formatType(value)}`);
}
