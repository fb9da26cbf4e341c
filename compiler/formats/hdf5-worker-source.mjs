// Starts hdf5-worker.ts where sources run untranslated (tests, development); the package has hdf5-worker.js.
import { register } from 'tsx/esm/api';

register();
await import('./hdf5-worker.ts');
