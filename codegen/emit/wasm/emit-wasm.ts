// Prints a kernel module as WebAssembly through binaryen. No decision is taken here: what is unrolled, tiled or packed is so already.
import binaryen from 'binaryen';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { entriesOf, type KernelModule } from '../../module.ts';
import { addHalfHelpers } from './half.ts';
import { layoutMemory, type WasmLayout } from './layout.ts';
import type { WasmModule } from './machine.ts';
import type { ModuleScope } from './scope.ts';
import { emitFunction } from './statement.ts';
import { emitSteps, emitStepsApart } from './steps.ts';

export interface EmitWasmOptions {
  /** Exports each step of `run` as `run_0`, `run_1`, ... too, for profiling. */
  readonly layers?: boolean;
  /** Keeps the names of functions, for profiles and stack traces. */
  readonly names?: boolean;
}

/**
 * The module's bytes. It imports its memory as `kerasc.memory` (of `layoutMemory(module).bytes`, or more) and exports
 * `prepare` and its entries (`run`, where there is one), which take and return nothing.
 */
export function emitWasm(module: KernelModule, target: CpuTarget, options: EmitWasmOptions = {}): Uint8Array {
  return withModule(module, target, options, (built) => {
    binaryen.setDebugInfo(options.names ?? false);
    return built.emitBinary();
  });
}

/** The module in WebAssembly's text form, for people. */
export function emitWasmText(module: KernelModule, target: CpuTarget, options: EmitWasmOptions = {}): string {
  return withModule(module, target, options, (built) => built.emitText());
}

/** binaryen's memory is its own: every module is given back. */
function withModule<T>(module: KernelModule, target: CpuTarget, options: EmitWasmOptions, use: (built: WasmModule) => T): T {
  if (target.emitter !== 'wasm') throw new Error(`kerasc bug: WebAssembly asked for target ${target.name}`);
  const built = new binaryen.Module();
  try {
    buildModule(built, module, target, options);
    return use(built);
  } finally {
    built.dispose();
  }
}

function buildModule(built: WasmModule, module: KernelModule, target: CpuTarget, options: EmitWasmOptions): void {
  const layout = layoutMemory(module);
  built.setFeatures(featuresOf(target));
  importMemory(built, layout);
  const shared: ModuleScope = {
    module: built,
    target,
    functions: new Map(module.functions.map((declared) => [declared.name, declared])),
    arrays: layout.arrays,
    helpers: new Set(),
  };
  for (const declared of module.functions) emitFunction(shared, declared);
  emitSteps(shared, layout, 'prepare', module.prepare);
  entriesOf(module).forEach(({ name, run }, position) => {
    (options.layers ? emitStepsApart : emitSteps)(shared, { ...layout, ...layout.entries[position] }, name, run);
  });
  addHalfHelpers(built, shared.helpers);
}

function featuresOf(target: CpuTarget): binaryen.Features {
  const { SIMD128, BulkMemory, SignExt, NontrappingFPToInt, MutableGlobals, RelaxedSIMD } = binaryen.Features;
  return SIMD128 | BulkMemory | SignExt | NontrappingFPToInt | MutableGlobals | (target.fma ? RelaxedSIMD : 0);
}

/**
 * Memory is imported, so that its size can be checked before it is allocated, small programs can share one, and threads can.
 * No upper bound is declared: a shared memory may be larger than this module needs.
 */
function importMemory(built: WasmModule, layout: WasmLayout): void {
  const unlimited = 0xffffffff;
  built.setMemory(layout.bytes / 65_536, unlimited, null, [], false, false, 'memory');
  built.addMemoryImport('memory', 'kerasc', 'memory', false);
}
