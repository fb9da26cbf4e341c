// Chooses what compiles steps: native code where this machine has a C++ compiler, WebAssembly elsewhere and where there is no time to wait.
import { probeCompiler } from '../../targets/native/index.ts';
import type { StepCompiler } from '../trace/step.ts';
import { compileNativeStep } from './native-step.ts';
import { compileWasmStep } from './wasm-step.ts';

/** Compiles steps of training to WebAssembly. */
export const wasmStepCompiler: StepCompiler = {
  compile: async (graphs, options) => compileWasmStep(graphs, options),
  compileNow: compileWasmStep,
};

/** @param onWarning hears once, at the first compilation, why steps run as WebAssembly */
export function createStepCompiler(onWarning: (message: string) => void = (message) => process.emitWarning(message)): StepCompiler {
  let probe: ReturnType<typeof probeCompiler> | undefined;
  return {
    compile: async (graphs, options) => {
      const isFirst = !probe;
      probe ??= probeCompiler();
      const { compiler, reason } = await probe;
      if (compiler) return compileNativeStep(graphs, options);
      if (isFirst)
        onWarning(
          `Training runs as WebAssembly: no C++ compiler was found (${reason}). Install g++ or clang++, or set CXX, to run it as native code.`,
        );
      return compileWasmStep(graphs, options);
    },
    compileNow: compileWasmStep,
  };
}
