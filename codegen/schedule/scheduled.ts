// What a schedule makes of one stage: functions, and calls on buffers, packed weights and scratch memory of its own.
import type { CpuTarget } from '../../targets/cpu-target.ts';
import type { KernelFunction, MemoryType } from '../kernel-ir/types.ts';
import type { Buffer, Stage } from '../stage/stage.ts';

/** A rearrangement of a weight buffer's logical values, done once when the program is built. */
export interface Packing {
  /** Equal keys on one weight mean equal results: packed once, shared. */
  readonly key: string;
  /** Elements of the packed array. */
  readonly elements: number;
  /** From the logical row-major values; the result has `elements` values of the same type. */
  readonly pack: (values: Float32Array) => Float32Array;
}

/** Memory that lives as long as the stage's calls. */
export interface Scratch {
  readonly name: string;
  readonly type: MemoryType;
  readonly elements: number;
}

export type ScheduledArgument =
  /** Start of a buffer's memory plus `offset` elements. An unpacked weight stands in its layout. */
  | { readonly kind: 'buffer'; readonly buffer: number; readonly offset?: number }
  | { readonly kind: 'packed'; readonly buffer: number; readonly packing: Packing; readonly offset?: number }
  | { readonly kind: 'scratch'; readonly scratch: Scratch; readonly offset?: number }
  | { readonly kind: 'number'; readonly value: number };

export interface ScheduledCall {
  readonly callee: string;
  readonly args: readonly ScheduledArgument[];
  /** Last two parameters are `begin`, `end` of a range that threads may share. */
  readonly parallel?: { readonly extent: number };
  readonly flops: number;
}

export interface Scheduled {
  /** Callees before callers; functions of equal name are equal and shared by stages. */
  readonly functions: readonly KernelFunction[];
  readonly calls: readonly ScheduledCall[];
  /** The calls also write the unused channels of a last block, with finite numbers. */
  readonly fillsBlocks?: boolean;
}

export interface ScheduleContext {
  readonly target: CpuTarget;
  readonly buffer: (id: number) => Buffer;
}

/** Returns null where the schedule does not fit the stage. */
export type Schedule = (stage: Stage, context: ScheduleContext) => Scheduled | null;
