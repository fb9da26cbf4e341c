export { type EmitWasmOptions, emitWasm, emitWasmText } from './emit-wasm.ts';
export { layoutMemory, type Region, type WasmLayout } from './layout.ts';
