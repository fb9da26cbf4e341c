// Normalisation of each sample over its features.
import { formatShape, IndexError, quote } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';

export interface LayerNormalizationOptions extends LayerOptions, WeightOptionsOf<'beta'>, WeightOptionsOf<'gamma'> {
  /** The axis or axes to normalise over. Default -1. */
  readonly axis?: number | readonly number[];
  /** Default 0.001. */
  readonly epsilon?: number;
  readonly center?: boolean;
  readonly scale?: boolean;
  /** Keras's deprecated variant; see `RMSNormalization`. */
  readonly rmsScaling?: boolean;
}

/** The sizes of the normalised axes: the shape of their weights. */
export function axesShape(axis: number | readonly number[], inputShape: KerasShape): (number | null)[] {
  return (typeof axis === 'number' ? [axis] : axis).map((at) => {
    const size = inputShape.at(at);
    if (size === undefined) {
      throw new IndexError(`Axis ${at} is out of bounds for input shape ${formatShape(inputShape)}. Received: axis=${quote(axis)}`, {
        code: 'axis',
      });
    }
    return size;
  });
}

/**
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta` with the statistics of each sample.
 *
 * @example new layers.LayerNormalization()(x)
 */
export class LayerNormalization extends Layer {
  axis: number | readonly number[];
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly rmsScaling: boolean;
  readonly betaSettings: WeightSettings;
  readonly gammaSettings: WeightSettings;
  gamma: Weight | undefined = undefined;
  beta: Weight | undefined = undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    super({ ...options, autocast: false });
    const { axis = -1 } = options;
    if (!Number.isInteger(axis) && !Array.isArray(axis)) {
      throw new TypeError(`Expected an int or a list/tuple of ints for the argument 'axis', but received: ${quote(axis)}`);
    }
    this.axis = axis;
    this.epsilon = options.epsilon ?? 1e-3;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.rmsScaling = options.rmsScaling ?? false;
    this.betaSettings = weightSettings('beta', options, 'zeros');
    this.gammaSettings = weightSettings('gamma', options, 'ones');
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    this.axis = typeof this.axis === 'number' ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    const shape = axesShape(this.axis, inputShape);
    if (this.scale || this.rmsScaling) this.gamma = this.addWeight({ name: 'gamma', shape, ...this.gammaSettings, autocast: false });
    if (this.center && !this.rmsScaling) this.beta = this.addWeight({ name: 'beta', shape, ...this.betaSettings, autocast: false });
  }

  override call(inputs: Tensor): Tensor {
    const { gamma = null, beta = null, axis, epsilon, rmsScaling } = this;
    return ops.cast(ops.layerNormalization(inputs, { gamma, beta, axis, epsilon, rmsScaling }), this.computeDtype);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    axesShape(this.axis, inputShape);
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    const { axis, epsilon, center, scale, rmsScaling } = this;
    return {
      ...super.getConfig(),
      axis,
      epsilon,
      center,
      scale,
      rmsScaling,
      ...weightConfig('beta', this.betaSettings),
      ...weightConfig('gamma', this.gammaSettings),
    };
  }
}
