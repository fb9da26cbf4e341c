// Masks travel beside tensors, not in them: which time steps are real.
import type { Tensor } from '../../trace/tensor.ts';
import type { KerasTensor } from './keras-tensor.ts';

export type Maskable = Tensor | KerasTensor;

const masks = new WeakMap<object, Maskable>();

/** The mask that a layer attached to the tensor. */
export const getKerasMask = (tensor: unknown): Maskable | undefined =>
  typeof tensor === 'object' && tensor !== null ? masks.get(tensor) : undefined;

/** Attaches a mask, which the layers after this one see. */
export function setKerasMask(tensor: Maskable, mask: Maskable): void {
  masks.set(tensor, mask);
}

/** Takes the mask off. */
export function dropKerasMask(tensor: Maskable): void {
  masks.delete(tensor);
}
