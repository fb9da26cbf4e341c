// The CPU-like machines that kerasc knows. Tiles were measured (docs/decisions); the first one is used where the shape allows it.
import type { CpuTarget } from './cpu-target.ts';

export const AVX512: CpuTarget = {
  name: 'avx512', emitter: 'cpp', lanes: 16, unroll: 4, panel: 32, channelBlock: 16, l1Bytes: 32 << 10, l2Bytes: 1 << 20, fma: true,
  tiles: [{ rows: 14, vectors: 2 }, { rows: 12, vectors: 2 }, { rows: 7, vectors: 4 }, { rows: 8, vectors: 3 }, { rows: 28, vectors: 1 }],
};

export const AVX2: CpuTarget = {
  name: 'avx2', emitter: 'cpp', lanes: 8, unroll: 4, panel: 32, channelBlock: 16, l1Bytes: 32 << 10, l2Bytes: 1 << 20, fma: true,
  tiles: [{ rows: 6, vectors: 2 }, { rows: 7, vectors: 2 }, { rows: 12, vectors: 1 }],
};

export const NEON: CpuTarget = {
  name: 'neon', emitter: 'cpp', lanes: 4, unroll: 4, panel: 32, channelBlock: 16, l1Bytes: 32 << 10, l2Bytes: 512 << 10, fma: true,
  tiles: [{ rows: 8, vectors: 2 }, { rows: 7, vectors: 2 }],
};

/** Plain C++ for any machine: vectors of four floats that a compiler without SIMD splits. */
export const PORTABLE: CpuTarget = {
  name: 'portable', emitter: 'cpp', lanes: 4, unroll: 4, panel: 32, channelBlock: 16, l1Bytes: 32 << 10, l2Bytes: 256 << 10, fma: false,
  tiles: [{ rows: 4, vectors: 2 }],
};

export const WASM_SIMD: CpuTarget = {
  name: 'simd', emitter: 'wasm', lanes: 4, unroll: 4, panel: 8, channelBlock: null, l1Bytes: 32 << 10, l2Bytes: 1 << 20, fma: false,
  tiles: [{ rows: 5, vectors: 2 }, { rows: 4, vectors: 2 }],
};

export const WASM_RELAXED: CpuTarget = {
  name: 'relaxed', emitter: 'wasm', lanes: 4, unroll: 4, panel: 8, channelBlock: null, l1Bytes: 32 << 10, l2Bytes: 1 << 20, fma: true,
  tiles: [{ rows: 6, vectors: 2 }, { rows: 5, vectors: 2 }, { rows: 4, vectors: 2 }],
};
