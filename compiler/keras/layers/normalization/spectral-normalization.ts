// Keeps the largest singular value of a layer's kernel at 1 (Miyato et al., 2018).
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { Layer, LayerOptions, ShapeStructure } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Weight } from '../../engine/weight.ts';
import { TruncatedNormal } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { asTuple } from '../arguments.ts';
import { Wrapper } from '../core/wrapper.ts';

export interface SpectralNormalizationOptions extends LayerOptions {
  /** Steps towards the largest singular value at each training step. Default 1. */
  readonly powerIterations?: number;
}

/** @example new layers.SpectralNormalization(new layers.Conv2D(8, 3))(x) */
export class SpectralNormalization extends Wrapper {
  readonly powerIterations: number;
  kernel: Weight | undefined = undefined;
  vectorU: Weight | undefined = undefined;

  constructor(layer: Layer, options: SpectralNormalizationOptions = {}) {
    super(layer, options);
    this.powerIterations = options.powerIterations ?? 1;
    if (this.powerIterations > 0) return;
    throw new ValueError(
      `\`power_iterations\` should be greater than zero. Received: \`power_iterations=${asTuple(this.powerIterations)}\``,
      { code: 'arguments' },
    );
  }

  override build(inputShape: ShapeStructure): void {
    super.build(inputShape);
    this.inputSpec = { minNdim: 1, axes: { [-1]: (inputShape as KerasShape).at(-1) ?? null } };
    const { layer } = this;
    const held = layer as Layer & { readonly kernel?: Weight; readonly embeddings?: Weight };
    const kernel = held.kernel ?? held.embeddings;
    if (!kernel) throw new ValueError(`${layer.className} object has no attribute 'kernel' nor 'embeddings'`, { code: 'arguments' });
    this.kernel = kernel;
    this.vectorU = this.addWeight({
      name: 'vector_u',
      shape: [1, kernel.shape.at(-1) as number],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: kernel.dtype,
    });
  }

  override call(inputs: Tensor, { training }: CallOptions = {}): Tensor {
    if (training) this.#normalize(this.kernel as Weight, this.vectorU as Weight);
    return ops.cast(this.layer<Tensor>(inputs), inputs.dtype);
  }

  /** Power iteration: u and v approach the singular vectors of the largest singular value, u W' v. A kernel of zeros stays. */
  #normalize(kernel: Weight, vectorU: Weight): void {
    const matrix = ops.reshape(kernel, [-1, kernel.shape.at(-1) as number]);
    let u = vectorU.read();
    let v = u;
    for (let step = 0; step < this.powerIterations; step++) {
      v = ops.normalize(ops.matmul(u, ops.transpose(matrix)));
      u = ops.normalize(ops.matmul(v, matrix));
    }
    [u, v] = [ops.stopGradient(u), ops.stopGradient(v)];
    const sigma = ops.matmul(ops.matmul(v, matrix), ops.transpose(u));
    const isZero = ops.all(ops.equal(kernel, 0));
    const normalized = ops.reshape(ops.divide(matrix, sigma), kernel.shape);
    vectorU.assign(ops.cast(ops.where(isZero, vectorU, u) as Tensor, vectorU.dtype));
    kernel.assign(ops.cast(ops.where(isZero, kernel, normalized) as Tensor, kernel.dtype));
  }

  override computeOutputShape(inputShape: ShapeStructure): ShapeStructure {
    return this.layer.computeOutputShape(inputShape);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), powerIterations: this.powerIterations };
  }
}
