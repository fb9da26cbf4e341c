// Adds or drops a last axis of size 1: models forgive its absence.
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { defineOp } from '../engine/operation.ts';

const squeeze = defineOp('squeeze_last_axis', ['x'], (x: Tensor): Tensor => lax.reshape(x, x.shape.slice(0, -1)));
const expand = defineOp('expand_last_axis', ['x'], (x: Tensor): Tensor => lax.reshape(x, [...x.shape, 1]));

export const squeezeLastAxis = (x: Tensor | KerasTensor): Tensor | KerasTensor => squeeze(x as Tensor);
export const expandLastAxis = (x: Tensor | KerasTensor): Tensor | KerasTensor => expand(x as Tensor);
