// Vectors of a table, picked by number.
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { asTuple, requirePositiveInteger } from '../arguments.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';

export interface EmbeddingOptions extends LayerOptions, LoraOptions, WeightOptionsOf<'embeddings'> {
  /** Whether number 0 is padding, which later layers skip. */
  readonly maskZero?: boolean;
}

/**
 * Integers (batch, ...) -> vectors (batch, ..., outputDim).
 *
 * @example new layers.Embedding(1000, 64)(tokens)
 */
export class Embedding extends Layer {
  static override readonly positional: readonly string[] = ['inputDim', 'outputDim'];

  readonly inputDim: number;
  readonly outputDim: number;
  readonly maskZero: boolean;
  readonly embeddingsSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  lora: Lora | undefined = undefined;
  embeddings: Weight | undefined = undefined;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    requirePositiveInteger(inputDim, `\`input_dim\` must be a positive integer. Received: input_dim=${asTuple(inputDim)}`);
    requirePositiveInteger(outputDim, `\`output_dim\` must be a positive integer. Received: output_dim=${asTuple(outputDim)}`);
    super({ ...options, autocast: false });
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.maskZero = options.maskZero ?? false;
    this.embeddingsSettings = weightSettings('embeddings', options, 'uniform');
    this.loraOptions = { loraRank: options.loraRank ?? null, loraAlpha: options.loraAlpha ?? null };
    this.supportsMasking = this.maskZero;
  }

  override build(): void {
    this.embeddings = this.addWeight({ name: 'embeddings', shape: [this.inputDim, this.outputDim], ...this.embeddingsSettings });
    this.lora = createLora(this, this.embeddings, this.embeddingsSettings, this.loraOptions);
  }

  override call(inputs: Tensor): Tensor {
    const indices = inputs.dtype === 'int32' || inputs.dtype === 'int64' ? inputs : ops.cast(inputs, 'int32');
    const embeddings = this.embeddings as Weight;
    return ops.cast(ops.take(this.lora ? this.lora.adapt(embeddings) : embeddings, indices, { axis: 0 }), this.computeDtype);
  }

  override computeMask(inputs: TensorLike): unknown {
    return this.maskZero ? ops.notEqual(inputs, 0) : undefined;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return [...inputShape, this.outputDim];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      inputDim: this.inputDim,
      outputDim: this.outputDim,
      maskZero: this.maskZero,
      ...weightConfig('embeddings', this.embeddingsSettings),
      ...loraConfig(this.loraOptions),
    };
  }
}
