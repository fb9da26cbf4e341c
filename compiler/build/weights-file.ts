// Packed weights as a safetensors file whose data section is the weights region, byte for byte.
import { writeSafetensors } from '../formats/index.ts';
import { ndarray } from '../ir/ndarray.ts';

export const weightsFile = (weights: Uint8Array): Uint8Array =>
  writeSafetensors(new Map([['weights', ndarray('uint8', [weights.byteLength], weights)]]));
