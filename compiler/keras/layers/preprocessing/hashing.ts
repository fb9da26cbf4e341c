// Strings and whole numbers to bins, by a hash.

import type { HostStep } from '../../../../runtime/preprocessing/index.ts';
import { quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { HostLayer } from '../../engine/host-layer.ts';
import { type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import type { LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type CategoryMode, encodeCategorical } from './encode-categorical.ts';
import { integerBuckets } from './hash-integers.ts';
import { refuseSparse, saltOf } from './output-mode.ts';

export interface HashingOptions extends LayerOptions {
  /** The value that has bin 0 for itself. */
  readonly maskValue?: string | number | null;
  /** One or two whole numbers: then SipHash under this key is taken, otherwise FarmHash. */
  readonly salt?: number | readonly number[] | null;
  /** Default `int`. */
  readonly outputMode?: string;
  readonly sparse?: boolean;
}

const MODES: readonly string[] = ['int', 'one_hot', 'multi_hot', 'count'];

/**
 * The bin of each element, in int64, or vectors of bins. Strings are hashed before the compiled program, numbers inside it.
 *
 * @example new layers.Hashing(3)([['A'], ['B'], ['C']])
 */
export class Hashing extends HostLayer {
  static override readonly positional: readonly string[] = ['numBins'];

  readonly numBins: number;
  readonly maskValue: string | number | null;
  readonly salt: readonly [number, number] | null;
  readonly outputMode: CategoryMode;
  readonly sparse: boolean;

  constructor(numBins: number, options: HashingOptions = {}) {
    const { outputMode = 'int', dtype, maskValue = null, salt, sparse = false } = options;
    super({ ...options, dtype: dtype ?? (outputMode === 'int' ? 'int64' : undefined) });
    if (!(numBins > 0))
      refuse(`The \`num_bins\` for \`Hashing\` cannot be \`None\` or non-positive values. Received: num_bins=${quote(numBins)}.`);
    if (outputMode === 'int' && this.dtypePolicy.name !== 'int32' && this.dtypePolicy.name !== 'int64') {
      refuse(
        `When \`output_mode="int"\`, \`dtype\` should be an integer type, 'int32' or 'in64'. Received: dtype=${this.dtypePolicy.name}`,
      );
    }
    if (!MODES.includes(outputMode)) {
      refuse(
        `Invalid value for argument \`output_mode\`. Expected one of ('int', 'one_hot', 'multi_hot', 'count'). Received: output_mode=${outputMode}`,
      );
    }
    if (sparse && outputMode === 'int') {
      refuse(
        `\`sparse\` may only be true if \`output_mode\` is \`"one_hot"\`, \`"multi_hot"\`, or \`"count"\`. Received: sparse=${sparse} and output_mode=${outputMode}`,
      );
    }
    this.numBins = numBins;
    this.maskValue = maskValue;
    this.salt = saltOf(salt, 'Hashing');
    this.outputMode = outputMode as CategoryMode;
    this.sparse = sparse;
  }

  override hostStep(): HostStep {
    refuseSparse(this.sparse, `layer '${this.name}' (Hashing)`);
    const { numBins, salt, outputMode, maskValue } = this;
    const mask = maskValue === null ? null : String(maskValue);
    return { kind: 'hash', bins: numBins, salt, maskValue: mask, mode: outputMode, depth: numBins, dtype: this.dtype };
  }

  override call(inputs: Tensor): Tensor {
    refuseSparse(this.sparse, `layer '${this.name}' (Hashing)`);
    const { numBins, salt, outputMode, maskValue } = this;
    const isColumn = outputMode === 'one_hot' && inputs.shape.at(-1) === 1;
    const values = isColumn ? ops.squeeze(inputs, { axis: -1 }) : inputs;
    const hasMask = maskValue !== null && numBins > 1;
    const bins = integerBuckets(values, hasMask ? numBins - 1 : numBins, salt);
    const isMask = ops.equal(values, Number(maskValue));
    const shifted = hasMask ? lax.select(isMask, ops.zerosLike(bins), ops.add(bins, ops.onesLike(bins))) : bins;
    return encodeCategorical(shifted, { mode: outputMode, depth: numBins, dtype: this.dtype });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.outputMode === 'int' ? inputShape : [...inputShape.slice(0, -1), this.numBins];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    return new KerasTensor(this.computeOutputShape((args[0] as KerasTensor).shape), { dtype: this.dtype });
  }

  override getConfig(): Record<string, unknown> {
    const { numBins, salt, maskValue, outputMode, sparse } = this;
    return { ...super.getConfig(), numBins, salt, maskValue, outputMode, sparse };
  }
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'hashing' });
}
