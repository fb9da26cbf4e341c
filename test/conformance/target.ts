// Chooses what computes: the reference evaluation, WebAssembly in this process, or native code.

import { compileNativeStep } from '../../compiler/compile/native-step.ts';
import { wasmStepCompiler } from '../../compiler/compile/step-compiler.ts';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { referenceStepCompiler, setExecutor, setStepCompiler } from '../../compiler/index.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { createNativeExecutor } from './native-executor.ts';

export const TARGETS = ['reference', 'wasm', 'native'] as const;
export type TargetName = (typeof TARGETS)[number];

export const isTargetName = (name: string): name is TargetName => (TARGETS as readonly string[]).includes(name);

/** Makes the target compute everything from here on: operations, predictions and steps of training. */
export async function chooseTarget(name: TargetName): Promise<void> {
  switch (name) {
    case 'reference':
      setExecutor(executeReference);
      setStepCompiler(referenceStepCompiler);
      return;
    case 'wasm':
      setExecutor(createWasmExecutor());
      setStepCompiler(wasmStepCompiler);
      return;
    case 'native':
      setExecutor(await createNativeExecutor());
      // What cannot wait for the C++ compiler stays WebAssembly.
      setStepCompiler({ compile: compileNativeStep, compileNow: wasmStepCompiler.compileNow });
      return;
    default:
      name satisfies never;
  }
}
