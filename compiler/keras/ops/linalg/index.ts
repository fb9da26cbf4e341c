// `keras.ops.linalg`: decompositions of matrices and linear systems.

export { jvp } from '../jvp.ts';
export { cholesky, choleskyInverse, logdet } from './cholesky.ts';
export { eig } from './eig.ts';
export { eigh } from './eigh.ts';
export { det, inv, luFactor, slogdet, solve } from './lu.ts';
export { type NormOptions, norm } from './norm.ts';
export { lstsq, pinv } from './pinv.ts';
export { qr } from './qr.ts';
export { matrixRank, type SvdOptions, svd } from './svd.ts';
export { solveTriangular } from './triangular.ts';
