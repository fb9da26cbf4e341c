// `keras.constraints`: projections of weights. Keras's other names of a class stand beside it.
export { Constraint } from './constraint.ts';
export { type ConstraintLike, deserialize, get, serialize } from './get.ts';
export {
  MaxNorm,
  MaxNorm as maxNorm,
  MinMaxNorm,
  MinMaxNorm as minMaxNorm,
  type MinMaxNormOptions,
  NonNeg,
  NonNeg as nonNeg,
  UnitNorm,
  UnitNorm as unitNorm,
} from './norm-constraints.ts';
