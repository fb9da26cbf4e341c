// The states of a module: variables that every entry finds at the same place, by path.
import { memoryBytes } from './kernel-ir/index.ts';
import type { StateSlot, TensorSlot } from './module.ts';
import { align } from './plan-memory.ts';
import type { Buffer } from './stage/stage.ts';

/** A tensor as those who call the module see it: row-major, packed. */
export function slotOf({ type, shape }: Buffer, name: string): TensorSlot {
  return { name, type, shape, bytes: shape.reduce((product, dim) => product * dim, memoryBytes(type)) };
}

export class StateTable {
  readonly #slots = new Map<string, StateSlot>();
  #bytes = 0;

  /** Gives the state a place unless an entry before has done so. */
  add(buffer: Buffer): void {
    if (this.#slots.has(buffer.name)) return;
    const slot = { ...slotOf(buffer, buffer.name), offset: this.#bytes };
    this.#bytes = align(this.#bytes + slot.bytes);
    this.#slots.set(buffer.name, slot);
  }

  /** Bytes from the start of the states. */
  offsetOf({ name }: Buffer): number {
    const slot = this.#slots.get(name);
    if (!slot) throw new Error(`kerasc bug: the state ${name} has no place`);
    return slot.offset;
  }

  slots(): readonly StateSlot[] {
    return [...this.#slots.values()];
  }
}
