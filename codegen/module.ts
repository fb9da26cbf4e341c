// What an emitter gets: functions in Kernel IR, the steps that call them, packed weights and the memory plan.
import type { KernelFunction, MemoryType } from './kernel-ir/types.ts';

/**
 * Where a pointer argument points: byte `offset` from the start of the weights, the arena, or input or output number
 * `index` as the caller lays them out (row-major, packed).
 */
export interface Address {
  readonly region: 'weights' | 'arena' | 'input' | 'output';
  /** Which input or output; 0 for weights and arena. */
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

export interface KernelModule {
  readonly name: string;
  /** Callees before callers. */
  readonly functions: readonly KernelFunction[];
  /** Once after loading, before the first run: zeroes halos that stay zero. */
  readonly prepare: readonly ModuleStep[];
  readonly run: readonly ModuleStep[];
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
  /** Packed weights, 64-byte aligned pieces; written beside the code. */
  readonly weights: Uint8Array;
  /** Bytes of scratch memory, 64-byte aligned; the exact peak. */
  readonly arenaBytes: number;
}
