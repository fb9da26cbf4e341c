// The primitives as functions on tensors: see `createLax` for the list.
import { createLax } from '../ir/lax.ts';
import { apply, type Tensor } from './tensor.ts';

export const lax = createLax<Tensor>(apply);
