// `keras.regularizers`: penalties on weights and activities.
export { get, type RegularizerLike } from './get.ts';
export { L1, L1L2, L2 } from './norms.ts';
export { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from './orthogonal.ts';
export { Regularizer } from './regularizer.ts';
