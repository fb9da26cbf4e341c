export { BundleError, type BundleErrorCode } from './bundle-error.ts';
export { type BundleContents, type BundleFiles, type BundleProgram, makeManifest } from './manifest.ts';
export { minifyRuntime, RUNTIME_PLATFORMS } from './runtime-code.ts';
export { type WriteBundleOptions, writeBundle } from './write-bundle.ts';
