// Where channels stand: images are brought to channels last, which the primitives use, and back.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { standardizeDataFormat } from '../../engine/backend-config.ts';

export { type DataFormat, standardizeDataFormat } from '../../engine/backend-config.ts';

/** Moves the channels from axis 1 to the end. */
const toChannelsLast = (x: Tensor): Tensor => lax.transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2), 1]);
/** Moves the channels from the end to axis 1. */
const toChannelsFirst = (x: Tensor): Tensor =>
  lax.transpose(x, [0, x.rank - 1, ...Array.from({ length: x.rank - 2 }, (_, axis) => axis + 1)]);

/** Runs a function of channels-last images on images of any format. */
export function inChannelsLast(x: Tensor, dataFormat: string | null | undefined, compute: (x: Tensor) => Tensor): Tensor {
  return standardizeDataFormat(dataFormat) === 'channels_last' ? compute(x) : toChannelsFirst(compute(toChannelsLast(x)));
}
