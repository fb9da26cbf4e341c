// `keras.regularizers`: penalties on weights and activities. Keras's other names of a class stand beside it.
export { deserialize, get, type RegularizerLike, serialize } from './get.ts';
export { L1, L1 as l1, L1L2, L1L2 as l1L2, L2, L2 as l2 } from './norms.ts';
export { OrthogonalRegularizer, OrthogonalRegularizer as orthogonalRegularizer, type OrthogonalRegularizerOptions } from './orthogonal.ts';
export { Regularizer } from './regularizer.ts';
