// The second table of a ReversibleEmbedding as whole numbers: packed along its rows, and with the groups of the first.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { dequantizeGroups } from '../../quantizers/grouped.ts';
import { type AbsMaxQuantizer, absMaxQuantize, absMaxQuantizeGroupedWithZeroPoint, packInt4, unpackInt4 } from '../../quantizers/index.ts';
import type { QuantizedMatrix } from './quantized-matrix.ts';

export interface QuantizedReverseOptions {
  readonly rows: number;
  readonly columns: number;
  readonly bits: 4 | 8;
  readonly blockSize: number | null;
}

export class QuantizedReverse {
  readonly values: Weight;
  readonly scale: Weight;
  readonly zero: Weight | undefined;
  readonly #options: QuantizedReverseOptions;

  constructor(layer: Layer, options: QuantizedReverseOptions) {
    this.#options = options;
    const { rows, columns, bits } = options;
    const blockSize = bits === 4 ? options.blockSize : null;
    const shape = blockSize === null ? [columns] : [Math.ceil(rows / blockSize), columns];
    const add = (name: string, settings: Omit<Parameters<Layer['addWeight']>[0], 'name'>): Weight =>
      layer.addWeight({ name, trainable: false, ...settings });
    this.values = add('reverse_embeddings', {
      shape: [bits === 4 ? Math.ceil(rows / 2) : rows, columns],
      dtype: 'int8',
      initializer: 'zeros',
    });
    this.scale = add('reverse_embeddings_scale', { shape, initializer: 'ones' });
    if (blockSize !== null) this.zero = add('reverse_embeddings_zero', { shape, initializer: 'zeros' });
  }

  get isGrouped(): boolean {
    return this.zero !== undefined;
  }

  get weights(): readonly Weight[] {
    return [this.values, this.scale, this.zero].filter((weight) => weight !== undefined);
  }

  wholeNumbers(): Tensor {
    return this.#options.bits === 4 ? unpackInt4(this.values, this.#options.rows, 0) : ops.convertToTensor(this.values);
  }

  /** The floats of a table in groups, which are those of the first table. */
  dequantize({ groups }: QuantizedMatrix, dtype: DType): Tensor {
    return dequantizeGroups(ops.cast(this.wholeNumbers(), dtype), this.scale, this.zero as Weight, groups as Weight, 0);
  }

  /** Takes the values of a table of floats. */
  quantize(matrix: Tensor, quantizer: AbsMaxQuantizer | null): void {
    const { bits, blockSize } = this.#options;
    if (this.zero && blockSize !== null) {
      const { values, scale, zero } = absMaxQuantizeGroupedWithZeroPoint(matrix, { blockSize });
      this.values.assign(packInt4(values, 0));
      this.scale.assign(scale);
      this.zero.assign(ops.cast(zero, this.zero.dtype));
      return;
    }
    const valueRange = bits === 4 ? ([-8, 7] as const) : ([-127, 127] as const);
    const [whole, scale] = quantizer?.quantize(matrix) ?? absMaxQuantize(matrix, { axis: 0, valueRange });
    this.values.assign(bits === 4 ? packInt4(whole, 0) : whole);
    this.scale.assign(ops.squeeze(scale, { axis: 0 }));
  }
}
