export { type CBundle, cBundleFiles, writeCBundle } from './write-bundle.ts';
