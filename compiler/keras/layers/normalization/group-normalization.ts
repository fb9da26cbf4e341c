// Normalisation of each sample over groups of channels.
import { formatShape, IndexError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { resultType } from '../../ops/promotion.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';

export interface GroupNormalizationOptions extends LayerOptions, WeightOptionsOf<'beta'>, WeightOptionsOf<'gamma'> {
  /** Default 32; -1 for one group per channel. */
  readonly groups?: number;
  /** The channel axis. Default -1. */
  readonly axis?: number;
  /** Default 0.001. */
  readonly epsilon?: number;
  readonly center?: boolean;
  readonly scale?: boolean;
}

/**
 * Splits the channels into groups and normalises each over its channels and all positions.
 *
 * @example new layers.GroupNormalization({ groups: 8 })(x)
 */
export class GroupNormalization extends Layer {
  groups: number;
  readonly axis: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaSettings: WeightSettings;
  readonly gammaSettings: WeightSettings;
  gamma: Weight | undefined = undefined;
  beta: Weight | undefined = undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    const { groups = 32 } = options;
    if (!Number.isInteger(groups) || (groups <= 0 && groups !== -1)) {
      throw new ValueError(
        `Received an invalid value for argument \`groups\`, expected a positive integer (or \`-1\` for instance normalization). Received: groups=${quote(groups)}`,
        { code: 'arguments' },
      );
    }
    super({ ...options, autocast: false });
    this.groups = groups;
    this.axis = options.axis ?? -1;
    this.epsilon = options.epsilon ?? 1e-3;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaSettings = weightSettings('beta', options, 'zeros');
    this.gammaSettings = weightSettings('gamma', options, 'ones');
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    const size = inputShape.at(this.axis);
    if (size === undefined)
      throw new IndexError(`Axis ${this.axis} is out of bounds for input shape ${formatShape(inputShape)}.`, { code: 'axis' });
    const fail = (message: string): never => {
      throw new ValueError(message, { code: 'groups' });
    };
    if (size === null)
      return fail(
        `Axis ${this.axis} of input tensor should have a defined dimension but the layer received an input with shape ${formatShape(inputShape)}.`,
      );
    if (this.groups === -1) this.groups = size;
    if (size < this.groups) fail(`Number of groups (${this.groups}) cannot be more than the number of channels (${size}).`);
    if (size % this.groups !== 0) fail(`Number of groups (${this.groups}) must be a multiple of the number of channels (${size}).`);
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: size } };
    if (this.scale) this.gamma = this.addWeight({ name: 'gamma', shape: [size], ...this.gammaSettings, autocast: false });
    if (this.center) this.beta = this.addWeight({ name: 'beta', shape: [size], ...this.betaSettings, autocast: false });
  }

  override call(inputs: Tensor): Tensor {
    const channel = this.axis < 0 ? this.axis + inputs.rank : this.axis;
    const size = inputs.shape[channel] as number;
    const split = (shape: readonly number[]): number[] => [
      ...shape.slice(0, channel),
      this.groups,
      size / this.groups,
      ...shape.slice(channel + 1),
    ];
    const x = ops.reshape(ops.cast(inputs, resultType(inputs.dtype, 'float32')), split(inputs.shape));
    const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== channel);
    const [mean, variance] = ops.moments(x, axes, { keepdims: true }) as [Tensor, Tensor];
    const perGroup = (weight: Weight): Tensor => ops.reshape(ops.cast(weight.read(), x.dtype), split(inputs.shape.map(() => 1)));
    const inverse = ops.rsqrt(ops.add(variance, this.epsilon));
    const factor = this.gamma ? ops.multiply(inverse, perGroup(this.gamma)) : inverse;
    const shift = ops.negative(ops.multiply(mean, factor));
    const outputs = ops.add(ops.multiply(x, factor), this.beta ? ops.add(shift, perGroup(this.beta)) : shift);
    return ops.cast(ops.reshape(outputs, inputs.shape), this.computeDtype);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    const { groups, axis, epsilon, center, scale } = this;
    return {
      ...super.getConfig(),
      groups,
      axis,
      epsilon,
      center,
      scale,
      ...weightConfig('beta', this.betaSettings),
      ...weightConfig('gamma', this.gammaSettings),
    };
  }
}
