// Differentiation, as the rest of the compiler uses it.
export { type GradientsOptions, gradients } from './gradients.ts';
export { remat } from './remat.ts';
export { grad, type LossResult, type ValueAndGrad, valueAndGrad } from './value-and-grad.ts';
