// The inner loop of contractions and convolutions: a row of sums gains `count` numbers times `count` rows of a matrix.
import type { DataArray, DType } from '../dtype.ts';
import type { NumberArray } from './elements.ts';

/**
 * sums[j] += x[xOffset + i * xStride] * matrix[matrixOffset + i * matrixStride + j] for all i < count and j < width.
 */
export type RowProduct = (
  sums: NumberArray,
  width: number,
  x: NumberArray,
  xOffset: number,
  xStride: number,
  count: number,
  matrix: NumberArray,
  matrixOffset: number,
  matrixStride: number,
) => void;

/** The loop for a dtype, and the array its sums are formed in. */
export function rowProduct(dtype: DType): RowProduct {
  if (dtype === 'float32') return addProductsFloat32 as RowProduct;
  if (dtype === 'int64' || dtype === 'uint64') return addProducts64;
  return dtype.includes('float') ? addProductsFloat : addProducts32;
}

/** A zeroed row of sums for operands of `dtype`. */
export function sumsArray(dtype: DType, width: number): DataArray {
  if (dtype.includes('float')) return new Float64Array(width);
  return dtype === 'int64' || dtype === 'uint64' ? new BigInt64Array(width) : new Int32Array(width);
}

export function clearSums(sums: NumberArray): void {
  sums.fill((sums instanceof BigInt64Array ? 0n : 0) as never);
}

// Four rows at a time: the sums are loaded and stored once for four products.
function addProductsFloat32(
  sums: Float64Array,
  width: number,
  x: Float32Array,
  xOffset: number,
  xStride: number,
  count: number,
  matrix: Float32Array,
  matrixOffset: number,
  matrixStride: number,
): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const at = xOffset + index * xStride;
    const x0 = x[at] as number;
    const x1 = x[at + xStride] as number;
    const x2 = x[at + 2 * xStride] as number;
    const x3 = x[at + 3 * xStride] as number;
    const row0 = matrixOffset + index * matrixStride;
    const row1 = row0 + matrixStride;
    const row2 = row1 + matrixStride;
    const row3 = row2 + matrixStride;
    for (let j = 0; j < width; j++) {
      sums[j] =
        (sums[j] as number) +
        (x0 * (matrix[row0 + j] as number) + x1 * (matrix[row1 + j] as number)) +
        (x2 * (matrix[row2 + j] as number) + x3 * (matrix[row3 + j] as number));
    }
  }
  for (; index < count; index++) {
    const factor = x[xOffset + index * xStride] as number;
    const row = matrixOffset + index * matrixStride;
    for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + factor * (matrix[row + j] as number);
  }
}

const addProductsFloat: RowProduct = (sums, width, x, xOffset, xStride, count, matrix, matrixOffset, matrixStride) => {
  for (let index = 0; index < count; index++) {
    const factor = x[xOffset + index * xStride] as number;
    const row = matrixOffset + index * matrixStride;
    for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + factor * (matrix[row + j] as number);
  }
};

// Integers: the low 32 bits of the products are exact, and storing the sum wraps.
const addProducts32: RowProduct = (sums, width, x, xOffset, xStride, count, matrix, matrixOffset, matrixStride) => {
  for (let index = 0; index < count; index++) {
    const factor = x[xOffset + index * xStride] as number;
    const row = matrixOffset + index * matrixStride;
    for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + Math.imul(factor, matrix[row + j] as number);
  }
};

const addProducts64: RowProduct = (sums, width, x, xOffset, xStride, count, matrix, matrixOffset, matrixStride) => {
  const wideSums = sums as unknown as BigInt64Array;
  const wideX = x as unknown as BigInt64Array;
  const wideMatrix = matrix as unknown as BigInt64Array;
  for (let index = 0; index < count; index++) {
    const factor = wideX[xOffset + index * xStride] as bigint;
    const row = matrixOffset + index * matrixStride;
    for (let j = 0; j < width; j++) wideSums[j] = (wideSums[j] as bigint) + factor * (wideMatrix[row + j] as bigint);
  }
};
