// Applies a layer to every time step.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import type { Layer, LayerOptions, ShapeStructure } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import * as ops from '../../ops/index.ts';
import { Wrapper } from '../core/wrapper.ts';

/** The shape of one step. */
function stepShape(shape: KerasShape): KerasShape {
  if (shape.length >= 3) return [shape[0] as number | null, ...shape.slice(2)];
  throw new ValueError(
    `\`TimeDistributed\` Layer should be passed an \`input_shape\` with at least 3 dimensions, received: ${formatShape(shape)}`,
    { code: 'rank' },
  );
}

/**
 * (batch, time, ...) -> (batch, time, ...outputs of the layer). Outside training all steps are one large batch; while
 * training each step is called by itself, so that batch statistics are those of a step.
 *
 * @example new layers.TimeDistributed(new layers.Dense(8))(x)
 */
export class TimeDistributed extends Wrapper {
  constructor(layer: Layer, options: LayerOptions = {}) {
    super(layer, options);
    this.supportsMasking = true;
  }

  override build(inputShape: ShapeStructure): void {
    super.build(stepShape(inputShape as KerasShape));
  }

  override computeOutputSpec(args: readonly unknown[], options: CallOptions): KerasTensor {
    const input = args[0] as KerasTensor;
    const step = new KerasTensor(stepShape(input.shape), { dtype: input.dtype });
    const { shape } = this.layer.computeOutputSpec([step], { training: options.training }) as KerasTensor;
    return new KerasTensor([input.shape[0] as number | null, input.shape[1] as number | null, ...shape.slice(1)], {
      dtype: this.computeDtype,
    });
  }

  override call(inputs: Tensor, { mask, training }: CallOptions = {}): Tensor {
    const given = mask as Tensor | undefined;
    if (given) checkMask(given, inputs);
    const [batch, time] = inputs.shape as [number, number];
    if (training) {
      const [steps, masks] = [ops.unstack(inputs, { axis: 1 }), given ? ops.unstack(given, { axis: 1 }) : []];
      return ops.stack(
        steps.map((step, index) => this.#callStep(step, masks[index], training)),
        { axis: 1 },
      );
    }
    const merge = (tensor: Tensor): Tensor => ops.reshape(tensor, [batch * time, ...tensor.shape.slice(2)]);
    const outputs = this.#callStep(merge(inputs), given && merge(given), training);
    return ops.reshape(outputs, [batch, time, ...outputs.shape.slice(1)]);
  }

  #callStep(inputs: Tensor, mask: Tensor | undefined, training: boolean | undefined): Tensor {
    return this.layer.runCall([inputs], { training, ...(mask ? { mask } : {}) }) as Tensor;
  }
}

function checkMask(mask: Tensor, inputs: Tensor): void {
  if (mask.rank < 2) {
    throw new ValueError(
      'The `mask` passed to the `TimeDistributed` layer must be at least 2D (e.g., `(batch_size, timesteps)`), ' +
        `but it has ${mask.rank} dimension(s) with shape ${formatShape(mask.shape)}.`,
      { code: 'mask-shape' },
    );
  }
  if (mask.shape[0] === inputs.shape[0] && mask.shape[1] === inputs.shape[1]) return;
  throw new ValueError(
    `The \`mask\` passed to the \`TimeDistributed\` layer has a shape ${formatShape(mask.shape)} that is incompatible with the input ` +
      `shape ${formatShape(inputs.shape)}. The first two dimensions of the mask (batch size and timesteps) must match the input's ` +
      `first two dimensions. Expected mask shape prefix: (${inputs.shape[0]}, ${inputs.shape[1]}).`,
    { code: 'mask-shape' },
  );
}
