// What this process's WebAssembly can do, and the description of it that schedules use.
import { setFlagsFromString } from 'node:v8';
import { isSupported } from '../../runtime/features.ts';
import { WASM_RELAXED, WASM_SIMD } from '../cpu.ts';
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

/** The WebAssembly target that this process runs fastest. */
export const hostWasmTarget = (): CpuTarget => (enableRelaxedSimd() ? WASM_RELAXED : WASM_SIMD);
