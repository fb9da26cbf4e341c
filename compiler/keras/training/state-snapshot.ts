// Values of variables as JSON, bit for bit: what a backup holds beside the weights.
import { ValueError } from '../../errors/index.ts';
import { allocate, type DType } from '../../ir/dtype.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import { elementCount, type Shape, sameShape } from '../../ir/shape.ts';
import { tensorOf } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';

export interface EncodedArray {
  readonly dtype: DType;
  readonly shape: Shape;
  /** The bytes in base64. */
  readonly data: string;
}

/** The present values. */
export const encodeVariables = (variables: readonly Variable[]): EncodedArray[] => variables.map(({ value }) => encodeArray(value));

/** Gives the variables values that were encoded in the same order. */
export function decodeVariables(variables: readonly Variable[], encoded: readonly EncodedArray[], what: string): void {
  const fits = variables.length === encoded.length && variables.every(({ dtype, shape }, index) => isOfType(encoded[index], dtype, shape));
  if (!fits) {
    throw new ValueError(`The backup holds ${encoded.length} ${what}, which are not those of the model (${variables.length}).`, {
      code: 'backup',
      cure: 'Resume with the model and the `compile` arguments that the backup was made with, or delete the backup.',
    });
  }
  variables.forEach((variable, index) => {
    const { dtype, shape, data } = decodeArray(encoded[index] as EncodedArray);
    variable.assign(tensorOf(dtype, shape, data));
  });
}

const isOfType = (array: EncodedArray | undefined, dtype: DType, shape: Shape): boolean =>
  array !== undefined && array.dtype === dtype && sameShape(array.shape, shape);

function encodeArray({ dtype, shape, data }: NDArray): EncodedArray {
  return { dtype, shape, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

function decodeArray({ dtype, shape, data }: EncodedArray): NDArray {
  const values = allocate(dtype, elementCount(shape));
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  bytes.set(Buffer.from(data, 'base64').subarray(0, bytes.length));
  return ndarray(dtype, shape, values);
}
