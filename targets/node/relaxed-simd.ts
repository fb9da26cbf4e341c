// What this process's WebAssembly can do, and the description of it that schedules use.
import { setFlagsFromString } from 'node:v8';
import { isSupported } from '../../runtime/features.ts';
import { WASM_NODE20, WASM_RELAXED, WASM_SIMD } from '../cpu.ts';
import type { CpuTarget } from '../cpu-target.ts';

/**
 * Whether relaxed SIMD (a multiply-add in one instruction) is available. Node 20 has it behind a flag, which takes effect
 * in the running process as long as nothing that needs it was compiled before.
 */
export function enableRelaxedSimd(): boolean {
  if (isSupported('relaxed-simd')) return true;
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return isSupported('relaxed-simd');
}

/** The WebAssembly target that this process runs fastest. V8 before 12 has habits of its own. */
export function hostWasmTarget(): CpuTarget {
  if (!enableRelaxedSimd()) return WASM_SIMD;
  return Number.parseInt(process.versions.v8, 10) < 12 ? WASM_NODE20 : WASM_RELAXED;
}
