// A matrix whose weights are whole numbers of 8 or 4 bits, as layers hold it in Keras's files.
import type { DType } from '../../../ir/dtype.ts';
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { dequantizeGroups } from '../../quantizers/grouped.ts';
import { type AbsMaxQuantizer, absMaxQuantize, absMaxQuantizeGroupedWithZeroPoint, packInt4, unpackInt4 } from '../../quantizers/index.ts';

export interface QuantizedMatrixOptions {
  /** `kernel` or `embeddings`: scale and zero point are named after it. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly bits: 4 | 8;
  /** Values that share a scale; null for a whole row or column. */
  readonly blockSize: number | null;
  /** Which axis shares scales: 0 for kernels (a scale a column), 1 for tables (a scale a row). */
  readonly axis: 0 | 1;
}

export class QuantizedMatrix {
  readonly values: Weight;
  readonly scale: Weight;
  /** The whole numbers that stand for zero, where there are groups. */
  readonly zero: Weight | undefined;
  /** The group of each row (or column), where there are groups. */
  readonly groups: Weight | undefined;
  readonly #options: QuantizedMatrixOptions;

  constructor(layer: Layer, options: QuantizedMatrixOptions) {
    const { name, rows, columns, bits, blockSize, axis } = options;
    this.#options = options;
    const shared = axis === 0 ? rows : columns;
    const kept = axis === 0 ? columns : rows;
    const count = blockSize === null ? 0 : Math.ceil(shared / blockSize);
    const scaleShape = blockSize === null ? [kept] : axis === 0 ? [count, kept] : [kept, count];
    const frozen = { trainable: false } as const;
    const shape = [rows, bits === 4 ? Math.ceil(columns / 2) : columns];
    this.values = layer.addWeight({ name, shape, dtype: 'int8', initializer: 'zeros', ...frozen });
    this.scale = layer.addWeight({ name: `${name}_scale`, shape: scaleShape, initializer: 'ones', ...frozen });
    if (blockSize === null) return;
    this.zero = layer.addWeight({ name: `${name}_zero`, shape: scaleShape, dtype: 'int8', initializer: 'zeros', ...frozen });
    this.groups = layer.addWeight({ name: 'g_idx', shape: [shared], dtype: 'float32', initializer: 'zeros', ...frozen });
    this.groups.assign(ops.floor(ops.divide(ops.arange(shared, { dtype: 'float32' }), blockSize)));
  }

  get bits(): 4 | 8 {
    return this.#options.bits;
  }

  get isGrouped(): boolean {
    return this.zero !== undefined;
  }

  /** In the order of Keras's files; the bias stands after the first. */
  get weights(): readonly Weight[] {
    return [this.values, this.scale, this.zero, this.groups].filter((weight) => weight !== undefined);
  }

  /** The whole numbers, (rows, columns) in int8. */
  wholeNumbers(): Tensor {
    return this.#options.bits === 4 ? unpackInt4(this.values, this.#options.columns, 1) : ops.convertToTensor(this.values);
  }

  /** The matrix that the whole numbers stand for. */
  dequantize(dtype: DType): Tensor {
    const { axis } = this.#options;
    const whole = this.wholeNumbers();
    if (this.zero && this.groups) return ops.cast(dequantizeGroups(whole, this.scale, this.zero, this.groups, axis), dtype);
    return ops.divide(ops.cast(whole, dtype), axis === 0 ? this.scale : ops.expandDims(this.scale, -1));
  }

  /** The rows of a table that indices ask for, as floats. */
  dequantizeRows(indices: Tensor, dtype: DType): Tensor {
    const pick = (table: TensorLike): Tensor => ops.take(table, indices, { axis: 0 });
    const rows = ops.cast(pick(this.wholeNumbers()), dtype);
    if (this.zero && this.groups) return dequantizeGroups(rows, pick(this.scale), pick(this.zero), this.groups, -1);
    return ops.divide(rows, ops.expandDims(pick(this.scale), -1));
  }

  /** Takes the values of a matrix of floats. */
  quantize(matrix: Tensor, quantizer: AbsMaxQuantizer | null = null): void {
    this.#compute(matrix, quantizer).forEach((value, index) => {
      this.weights[index]?.assign(value);
    });
  }

  /** What the weights would be for a matrix of floats. */
  valuesFor(matrix: Tensor): NDArray[] {
    const computed = this.#compute(matrix, null);
    return this.weights.map((weight, index) => computed[index]?.value ?? weight.value);
  }

  /** Whole numbers, scales and zero points. */
  #compute(matrix: Tensor, quantizer: AbsMaxQuantizer | null): Tensor[] {
    const { axis, bits, blockSize } = this.#options;
    const stored = (whole: Tensor): Tensor => (bits === 4 ? packInt4(whole, 1) : whole);
    if (blockSize !== null) {
      const turn = (x: Tensor): Tensor => (axis === 0 ? x : ops.transpose(x));
      const { values, scale, zero } = absMaxQuantizeGroupedWithZeroPoint(turn(matrix), { blockSize });
      return [stored(turn(values)), turn(scale), turn(zero)];
    }
    const valueRange = bits === 4 ? ([-8, 7] as const) : ([-127, 127] as const);
    const [whole, scale] = quantizer?.quantize(matrix) ?? absMaxQuantize(matrix, { axis, valueRange });
    return [stored(whole), ops.squeeze(scale, { axis })];
  }
}
