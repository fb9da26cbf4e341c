// What a CPU-like machine is to a schedule: vectors, registers, caches. Differences between machines are this data and nothing else.

export interface CpuTarget {
  readonly name: string;
  readonly emitter: 'cpp' | 'wasm';
  /** Floats in a vector register. */
  readonly lanes: number;
  /** Register tiles (rows x vectors of floats) that stay in registers, best first. */
  readonly tiles: readonly { readonly rows: number; readonly vectors: number }[];
  /** Unroll factor of the reduction loop inside a tile. */
  readonly unroll: number;
  /** Channels packed side by side in a weight panel; equal for all variants of a bundle, which share one weights file. */
  readonly panel: number;
  /** Activation layout: channels in blocks of this many floats (NCHWc), or null for NHWC. */
  readonly channelBlock: number | null;
  readonly l1Bytes: number;
  readonly l2Bytes: number;
  /** A multiply-add is one instruction. */
  readonly fma: boolean;
}
