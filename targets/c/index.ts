export { type CBundle, writeCBundle } from './write-bundle.ts';
