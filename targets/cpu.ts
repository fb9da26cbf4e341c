// The CPU-like machines that kerasc knows. What a tile may fill was measured (docs/decisions).
import type { CpuTarget } from './cpu-target.ts';

const CACHES = { l1Bytes: 32 << 10, l2Bytes: 1 << 20 };
/** Variants of one C++ bundle share packed weights and the layout of activations. */
const SHARED_CPP = { emitter: 'cpp', unroll: 4, panel: 32, panelUnit: 16, channelBlock: 16, maxParts: 8, ...CACHES } as const;
const SHARED_WASM = { emitter: 'wasm', lanes: 4, unroll: 4, panel: 8, panelUnit: 4, channelBlock: null, maxParts: 1, ...CACHES } as const;

/** A broadcast is part of the multiply-add, so that all 32 registers hold accumulators and weights. */
export const AVX512: CpuTarget = { ...SHARED_CPP, name: 'avx512', lanes: 16, registers: 32, temporaries: 1, fma: true };
export const AVX2: CpuTarget = { ...SHARED_CPP, name: 'avx2', lanes: 8, registers: 16, temporaries: 1, fma: true };
export const NEON: CpuTarget = { ...SHARED_CPP, name: 'neon', lanes: 4, registers: 32, temporaries: 3, fma: true };
/** Plain C++ for any machine: vectors of four floats, which a compiler without SIMD splits. */
export const PORTABLE: CpuTarget = { ...SHARED_CPP, name: 'portable', lanes: 4, registers: 16, temporaries: 2, fma: false };

/** V8 keeps one of 16 vector registers to itself; without a fused multiply-add the product needs one more. */
export const WASM_SIMD: CpuTarget = { ...SHARED_WASM, name: 'simd', registers: 15, temporaries: 2, fma: false };
export const WASM_RELAXED: CpuTarget = { ...SHARED_WASM, name: 'relaxed', registers: 15, temporaries: 1, fma: true };
/** Node 20's V8 hoists loads of unrolled tiles into registers that it does not have. */
export const WASM_NODE20: CpuTarget = { ...WASM_RELAXED, name: 'node20', unroll: 1, registers: 11 };
/** The same engine without the flag that gives it relaxed SIMD. */
export const WASM_NODE20_SIMD: CpuTarget = { ...WASM_SIMD, name: 'node20-simd', unroll: 1, registers: 13 };
