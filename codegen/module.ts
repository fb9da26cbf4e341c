// What an emitter gets: functions in Kernel IR, the steps that call them, packed weights and the memory plan.
import type { KernelFunction, MemoryType } from './kernel-ir/types.ts';
import { align } from './plan-memory.ts';

/**
 * Where a pointer argument points: byte `offset` from the start of the weights, the states, the arena, or input or output number
 * `index` of the entry point as the caller lays them out (row-major, packed).
 */
export interface Address {
  readonly region: 'weights' | 'states' | 'arena' | 'input' | 'output';
  /** Which input or output; 0 for the others. */
  readonly index: number;
  readonly offset: number;
}

export type StepArgument =
  | { readonly kind: 'address'; readonly address: Address; readonly memory: MemoryType }
  | { readonly kind: 'number'; readonly value: number };

export type ModuleStep =
  /**
   * Calls a function. `parallel`: its last two parameters are index `begin`, `end`, and the range 0..extent may be cut
   * among threads anywhere; the emitter passes 0, extent for one thread.
   */
  | {
      readonly kind: 'call';
      readonly callee: string;
      readonly args: readonly StepArgument[];
      readonly parallel?: { readonly extent: number };
      readonly label: string;
      readonly flops: number;
    }
  /** Zeroes bytes of the arena (halos). */
  | { readonly kind: 'zero'; readonly address: Address; readonly bytes: number }
  | { readonly kind: 'branch'; readonly index: Address; readonly branches: readonly (readonly ModuleStep[])[] }
  | { readonly kind: 'while'; readonly test: readonly ModuleStep[]; readonly condition: Address; readonly body: readonly ModuleStep[] }
  | { readonly kind: 'repeat'; readonly count: number; readonly counter: Address; readonly body: readonly ModuleStep[] };

export interface TensorSlot {
  readonly name: string;
  readonly type: MemoryType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** A variable that lives in the program: row-major, packed, `offset` bytes from the start of the states. Its name is its path. */
export interface StateSlot extends TensorSlot {
  readonly offset: number;
}

/** What can be run. All entries of a module share its memory; the arena holds nothing from one run to the next. */
export interface ModuleEntry {
  readonly name: string;
  readonly run: readonly ModuleStep[];
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
}

export interface KernelModule {
  readonly name: string;
  /** Callees before callers. */
  readonly functions: readonly KernelFunction[];
  /** Once after loading, before the first run: zeroes halos that stay zero. */
  readonly prepare: readonly ModuleStep[];
  /** The only entry; empty where there are `entries`. */
  readonly run: readonly ModuleStep[];
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
  /** Several entry points by name. */
  readonly entries?: readonly ModuleEntry[];
  /** Variables that runs change. Whoever loads the module gives them their first values. */
  readonly states?: readonly StateSlot[];
  /** Packed weights, 64-byte aligned pieces; written beside the code. */
  readonly weights: Uint8Array;
  /** Bytes of scratch memory, 64-byte aligned; the exact peak. */
  readonly arenaBytes: number;
}

/** The module's entry points; the only one is called `run`. */
export const entriesOf = ({ entries, run, inputs, outputs }: KernelModule): readonly ModuleEntry[] =>
  entries ?? [{ name: 'run', run, inputs, outputs }];

/** Bytes of memory for the states, 64-byte aligned. */
export const stateBytes = ({ states = [] }: KernelModule): number =>
  states.reduce((end, { offset, bytes }) => Math.max(end, align(offset + bytes)), 0);
