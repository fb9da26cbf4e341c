// Rows of different lengths: what TextVectorization gives where it is asked not to pad them. Models take dense tensors alone.
import type { NDArray } from '../../ir/ndarray.ts';
import { elementCount } from '../../ir/shape.ts';

export class RaggedTensor {
  /** The rows one after the other: (sum of the lengths, ...). */
  readonly values: NDArray;
  readonly rowLengths: readonly number[];

  constructor(values: NDArray, rowLengths: readonly number[]) {
    this.values = values;
    this.rowLengths = rowLengths;
  }

  /** The rows as arrays of numbers, those of a row one after the other. */
  toRows(): number[][] {
    const size = elementCount(this.values.shape.slice(1));
    let start = 0;
    return this.rowLengths.map((length) => {
      const row = Array.from(this.values.data.slice(start * size, (start + length) * size) as ArrayLike<number | bigint>, Number);
      start += length;
      return row;
    });
  }
}
