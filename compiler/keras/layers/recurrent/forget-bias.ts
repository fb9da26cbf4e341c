// The first bias of an LSTM: ones for the forget gate, so that it begins by remembering (Jozefowicz et al., 2015).
import { get as getInitializer, type InitializerFunction } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';

/** A bias of four gates of `size`, the second of which begins at 1 and the others as `initializer` says. */
export const forgetBias =
  (size: number, initializer: InitializerFunction): InitializerFunction =>
  (_shape, options) =>
    ops.concatenate([initializer([size], options), getInitializer('ones')([size], options), initializer([2 * size], options)]);
