// The softmax as a layer, with a mask for positions that do not take part.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import * as ops from '../../ops/index.ts';

export interface SoftmaxLayerOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number | readonly number[];
}

/** `exp(x) / sum(exp(x))` over an axis or several. */
export class Softmax extends Layer {
  readonly axis: number | readonly number[];

  constructor(options: SoftmaxLayerOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { mask }: CallOptions = {}): Tensor {
    const options = { axis: this.axis };
    if (!mask) return ops.softmax(inputs, options);
    const given = mask as Tensor;
    checkMask(inputs, given);
    const takesPart = given.dtype === 'bool' ? given : ops.greater(given, 0.5);
    // Large enough to vanish in the exponential, small enough for the dtype.
    const excluded = ops.where(takesPart, inputs, inputs.dtype === 'float16' ? -30000 : -1e9) as Tensor;
    return ops.where(takesPart, ops.softmax(excluded, options), 0) as Tensor;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

function checkMask(inputs: Tensor, mask: Tensor): void {
  const found = `Received: inputs.shape=${formatShape(inputs.shape)}, mask.shape=${formatShape(mask.shape)}`;
  if (mask.rank > inputs.rank) {
    throw new ValueError(`The \`mask\` must be broadcastable to \`inputs\` and must not have more dimensions. ${found}`, {
      code: 'mask-shape',
    });
  }
  const fits = mask.shape.every((dim, axis) => dim === 1 || dim === inputs.shape[inputs.rank - mask.rank + axis]);
  if (!fits) {
    throw new ValueError(
      `The \`mask\` must be broadcastable to \`inputs\`. Each mask dimension must be 1 or match the corresponding input dimension. ${found}`,
      {
        code: 'mask-shape',
      },
    );
  }
}
