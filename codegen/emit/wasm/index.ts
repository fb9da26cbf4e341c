export { type EmitWasmOptions, emitWasm, emitWasmText } from './emit-wasm.ts';
export { type Region, type WasmLayout, layoutMemory } from './layout.ts';
