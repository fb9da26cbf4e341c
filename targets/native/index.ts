export { type AddonOptions, buildAddon } from './build-addon.ts';
export { buildFolder, cacheFolder, plannedCacheFolder } from './cache-folder.ts';
export { type CompileOptions, compileLibrary, type NativeSources } from './compile-library.ts';
export { compilerFlags } from './compiler-flags.ts';
export { type CachedFiles, readCached, storeCached, touch } from './file-cache.ts';
export { type Compiler, findCompiler, probeCompiler } from './find-compiler.ts';
export { hostTargets } from './host-targets.ts';
export {
  libraryOpener,
  loadLibrary,
  type NativeLibrary,
  type NativeModel,
  type NativeModelOptions,
  type NativeTensor,
  readWeights,
} from './load-library.ts';
export { hostPlatform, nativeBundle } from './native-bundle.ts';
export { NativeError, type NativeErrorCode } from './native-error.ts';
export { readRuntimeFiles } from './package-files.ts';
