// The rectified linear unit whose slope below 0 is learned.
import { formatShape, IndexError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';

export interface PReLUOptions extends LayerOptions, WeightOptionsOf<'alpha'> {
  /** Axes along which one slope serves all positions, for example [1, 2] for images. */
  readonly sharedAxes?: number | readonly number[] | null;
}

/** `x`, or `alpha * x` where x is negative, with one alpha per position that is not shared. */
export class PReLU extends Layer {
  readonly sharedAxes: readonly number[] | null;
  readonly alphaSettings: WeightSettings;
  alpha: Weight | undefined = undefined;

  constructor(options: PReLUOptions = {}) {
    super(options);
    const { sharedAxes = null } = options;
    this.sharedAxes = typeof sharedAxes === 'number' ? [sharedAxes] : sharedAxes;
    this.alphaSettings = weightSettings('alpha', options, 'zeros');
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    const outside = this.sharedAxes?.find((axis) => axis >= inputShape.length);
    if (outside !== undefined) {
      throw new IndexError(`Axis ${outside} of \`shared_axes\` is out of bounds for input shape ${formatShape(inputShape)}.`, {
        code: 'axis',
      });
    }
    const isShared = (axis: number): boolean => this.sharedAxes?.includes(axis) ?? false;
    const shape = inputShape.slice(1).map((size, index) => (isShared(index + 1) ? 1 : size));
    this.alpha = this.addWeight({ name: 'alpha', shape, ...this.alphaSettings });
    const fixed = this.sharedAxes ? inputShape.flatMap((size, axis) => (axis === 0 || isShared(axis) ? [] : [[axis, size] as const])) : [];
    this.inputSpec = { ndim: inputShape.length, axes: Object.fromEntries(fixed) };
  }

  override call(inputs: Tensor): Tensor {
    const negative = ops.multiply(ops.negative(this.alpha as Weight), ops.relu(ops.negative(inputs)));
    return ops.add(ops.relu(inputs), negative);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...weightConfig('alpha', this.alphaSettings), sharedAxes: this.sharedAxes };
  }
}
