// Chooses what computes: the reference evaluation, WebAssembly in this process, or native code.

import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { setExecutor } from '../../compiler/index.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { createNativeExecutor } from './native-executor.ts';

export const TARGETS = ['reference', 'wasm', 'native'] as const;
export type TargetName = (typeof TARGETS)[number];

export const isTargetName = (name: string): name is TargetName => (TARGETS as readonly string[]).includes(name);

/** Makes the target compute everything from here on. */
export async function chooseTarget(name: TargetName): Promise<void> {
  switch (name) {
    case 'reference':
      setExecutor(executeReference);
      return;
    case 'wasm':
      setExecutor(createWasmExecutor());
      return;
    case 'native':
      setExecutor(await createNativeExecutor());
      return;
    default:
      name satisfies never;
  }
}
