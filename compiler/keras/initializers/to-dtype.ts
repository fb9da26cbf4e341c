// Rounds computed values to a dtype.
import { allocate, type DataArray, type DType, is64BitInteger } from '../../ir/dtype.ts';
import { encodeFloat } from '../../ir/float16.ts';

/** The values as the host data of a dtype. */
export function toDType(dtype: DType, values: Float64Array): DataArray {
  const data = allocate(dtype, values.length);
  if (is64BitInteger(dtype)) {
    for (let index = 0; index < values.length; index++) (data as BigInt64Array)[index] = BigInt(Math.trunc(values[index] as number));
  } else if (dtype === 'float16' || dtype === 'bfloat16') {
    for (let index = 0; index < values.length; index++) (data as Uint16Array)[index] = encodeFloat(dtype, values[index] as number);
  } else if (dtype === 'bool') {
    for (let index = 0; index < values.length; index++) (data as Uint8Array)[index] = values[index] === 0 ? 0 : 1;
  } else {
    (data as Float64Array).set(values);
  }
  return data;
}
