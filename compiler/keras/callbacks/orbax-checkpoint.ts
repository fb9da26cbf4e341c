// Named so that code for Keras hears of it: there is no Orbax here.
import { UnsupportedError } from '../../errors/index.ts';
import { Callback } from './callback.ts';

/** Checkpoints in the format of the Python library Orbax are not written. */
export class OrbaxCheckpoint extends Callback {
  constructor(_directory: string, _options: object = {}) {
    super();
    throw new UnsupportedError('OrbaxCheckpoint needs the Python library orbax-checkpoint, which has no counterpart here.', {
      code: 'orbax',
      cure: "Use new callbacks.ModelCheckpoint('model_{epoch:02d}.keras') or new callbacks.BackupAndRestore(folder).",
    });
  }
}
