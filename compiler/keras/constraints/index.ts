// `keras.constraints`: projections of weights.
export { Constraint } from './constraint.ts';
export { type ConstraintLike, get } from './get.ts';
export { MaxNorm, MinMaxNorm, type MinMaxNormOptions, NonNeg, UnitNorm } from './norm-constraints.ts';
