// The kernel of an EinsumDense as whole numbers, and its product with inputs.
import type { DType } from '../../../ir/dtype.ts';
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type AbsMaxQuantizer, absMaxQuantize } from '../../quantizers/index.ts';
import { alignedShape, alignScale, analyzeScales, type EinsumScales, restoreScale } from './einsum-scales.ts';
import { withInputsGradient } from './inputs-gradient.ts';
import { QuantizedMatrix } from './quantized-matrix.ts';

export interface QuantizedEinsumOptions {
  readonly equation: string;
  /** Of the inputs. */
  readonly rank: number;
  readonly shape: readonly number[];
  readonly bits: 4 | 8;
  readonly blockSize: number | null;
}

/** With 8 bits the kernel keeps its shape and its scales lie on the output; with 4 it is a matrix of summed axes by the others. */
export class QuantizedEinsum {
  readonly bits: 4 | 8;
  readonly weights: readonly Weight[];
  readonly #options: QuantizedEinsumOptions;
  readonly #scales: EinsumScales;
  readonly #matrix: QuantizedMatrix | undefined;

  constructor(layer: Layer, options: QuantizedEinsumOptions) {
    const { equation, rank, shape, bits, blockSize } = options;
    this.#options = options;
    this.bits = bits;
    this.#scales = analyzeScales(equation, rank);
    if (bits === 4) {
      const rows = shape.reduce((product, size, axis) => (this.#scales.kernel.reduced.includes(axis) ? product * size : product), 1);
      const columns = shape.reduce((product, size) => product * size, 1) / rows;
      this.#matrix = new QuantizedMatrix(layer, { name: 'kernel', rows, columns, bits, blockSize, axis: 0 });
      this.weights = this.#matrix.weights;
      return;
    }
    const frozen = { trainable: false } as const;
    this.weights = [
      layer.addWeight({ name: 'kernel', shape, dtype: 'int8', initializer: 'zeros', ...frozen }),
      layer.addWeight({ name: 'kernel_scale', shape: alignedShape(shape, this.#scales.kernel), initializer: 'ones', ...frozen }),
    ];
  }

  get values(): Weight {
    return this.weights[0] as Weight;
  }

  get #scale(): Weight {
    return this.weights[1] as Weight;
  }

  /** The kernel that the whole numbers stand for. */
  dequantize(dtype: DType): Tensor {
    if (this.#matrix) return ops.reshape(this.#matrix.dequantize(dtype), [...this.#options.shape]);
    return ops.divide(ops.cast(this.values, dtype), restoreScale(ops.convertToTensor(this.#scale), this.#scales.kernel));
  }

  multiply(inputs: Tensor, quantizer: AbsMaxQuantizer | null, dtype: DType): Tensor {
    const floats = this.dequantize(dtype);
    const product = this.#product(inputs, quantizer, dtype, floats);
    return withInputsGradient(inputs, product, (cotangent) => ops.einsum(this.#scales.gradientEquation, cotangent, floats));
  }

  #product(inputs: Tensor, quantizer: AbsMaxQuantizer | null, dtype: DType, floats: Tensor): Tensor {
    const { equation } = this.#options;
    const { inputs: path } = this.#scales;
    const isGrouped = this.#matrix?.isGrouped === true;
    if (quantizer === null || isGrouped) {
      if (this.#matrix) return ops.einsum(equation, inputs, floats);
      return ops.divide(ops.cast(ops.einsum(equation, inputs, this.values), dtype), this.#scale);
    }
    const [x, scale] = quantizer.quantize(inputs, path.reduced);
    const aligned = alignScale(scale, path);
    if (this.#matrix) return ops.divide(ops.cast(ops.einsum(equation, x, floats), dtype), aligned);
    return ops.divide(ops.cast(ops.einsum(equation, x, this.values), dtype), ops.multiply(aligned, this.#scale));
  }

  /** Takes the values of a kernel of floats. */
  quantize(kernel: Tensor, quantizer: AbsMaxQuantizer | null): void {
    if (this.#matrix) return this.#matrix.quantize(this.#flat(kernel), null);
    const [whole, scale] = this.#wholeNumbers(kernel, quantizer);
    this.values.assign(whole);
    this.#scale.assign(scale);
  }

  /** What the weights would be for a kernel of floats. */
  valuesFor(kernel: Tensor): NDArray[] {
    if (this.#matrix) return this.#matrix.valuesFor(this.#flat(kernel));
    return this.#wholeNumbers(kernel, null).map((tensor) => tensor.value);
  }

  #wholeNumbers(kernel: Tensor, quantizer: AbsMaxQuantizer | null): [Tensor, Tensor] {
    const { kernel: path } = this.#scales;
    const [whole, scale] = quantizer?.quantize(kernel) ?? absMaxQuantize(kernel, { axis: path.reduced });
    return [whole, alignScale(scale, path)];
  }

  #flat(kernel: Tensor): Tensor {
    const { shape } = this.#options;
    const rows = shape.reduce((product, size, axis) => (this.#scales.kernel.reduced.includes(axis) ? product * size : product), 1);
    return ops.reshape(kernel, [rows, kernel.size / rows]);
  }
}
