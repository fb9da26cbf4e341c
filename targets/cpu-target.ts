// What a CPU-like machine is to a schedule: vectors, registers, caches. Differences between machines are this data and nothing else.

export interface CpuTarget {
  readonly name: string;
  readonly emitter: 'cpp' | 'wasm';
  /** Floats in a vector register. */
  readonly lanes: number;
  /** Vector registers that a register tile may fill: rows * vectors accumulators, the weights' vectors and `temporaries`. */
  readonly registers: number;
  readonly temporaries: number;
  /** Unroll factor of the reduction loop inside a tile. */
  readonly unroll: number;
  /** Channels packed side by side in a weight panel; equal for all variants of a bundle, which share one weights file. */
  readonly panel: number;
  /** A panel's width is a multiple of this: the widest vector of the variants that share it. */
  readonly panelUnit: number;
  /** Activation layout: channels in blocks of this many floats (NCHWc), or null for NHWC. */
  readonly channelBlock: number | null;
  readonly l1Bytes: number;
  readonly l2Bytes: number;
  /** Threads that may share one kernel; each may need scratch memory of its own. */
  readonly maxParts: number;
  /** A multiply-add is one instruction. */
  readonly fma: boolean;
}
