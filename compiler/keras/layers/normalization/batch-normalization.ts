// Normalisation of channels by the statistics of the batch while training, by moving averages otherwise.
import { formatShape, IndexError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Weight } from '../../engine/weight.ts';
import type { InitializerLike } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { resultType } from '../../ops/promotion.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { batchMoments } from './batch-moments.ts';
import { Renormalization, type RenormClipping } from './renormalization.ts';

export interface BatchNormalizationOptions extends LayerOptions, WeightOptionsOf<'beta'>, WeightOptionsOf<'gamma'> {
  /** The channel axis. Default -1. */
  readonly axis?: number;
  /** Share of the old value in a moving average. Default 0.99. */
  readonly momentum?: number;
  /** Default 0.001. */
  readonly epsilon?: number;
  /** Whether to add beta. */
  readonly center?: boolean;
  /** Whether to multiply by gamma. */
  readonly scale?: boolean;
  readonly movingMeanInitializer?: InitializerLike;
  readonly movingVarianceInitializer?: InitializerLike;
  /** Averages over all devices; one device has nothing to add. */
  readonly synchronized?: boolean;
  /** Batch renormalisation: corrects the batch's statistics towards the moving ones. */
  readonly renorm?: boolean;
  readonly renormClipping?: RenormClipping | null;
  readonly renormMomentum?: number;
}

/** The axis as an integer, as Python's `int()` takes it: fractions are cut off. */
function channelAxisOf(axis: unknown): number {
  if (typeof axis === 'number' && Number.isFinite(axis)) return Math.trunc(axis);
  const message = `The \`axis\` of BatchNormalization is one integer. Received: axis=${quote(axis)}`;
  throw typeof axis === 'string' ? new ValueError(message, { code: 'arguments' }) : new TypeError(message);
}

/**
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, per channel.
 *
 * @example new layers.BatchNormalization()(x)
 */
export class BatchNormalization extends Layer {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly synchronized: boolean;
  readonly betaSettings: WeightSettings;
  readonly gammaSettings: WeightSettings;
  readonly movingMeanSettings: WeightSettings;
  readonly movingVarianceSettings: WeightSettings;
  readonly renormalization: Renormalization | undefined;
  readonly renormMomentum: number;
  gamma: Weight | undefined = undefined;
  beta: Weight | undefined = undefined;
  movingMean: Weight | undefined = undefined;
  movingVariance: Weight | undefined = undefined;
  #reductionAxes: readonly number[] = [];

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    this.axis = channelAxisOf(options.axis ?? -1);
    this.momentum = options.momentum ?? 0.99;
    this.epsilon = options.epsilon ?? 1e-3;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.synchronized = options.synchronized ?? false;
    this.betaSettings = weightSettings('beta', options, 'zeros');
    this.gammaSettings = weightSettings('gamma', options, 'ones');
    this.movingMeanSettings = weightSettings('movingMean', options, 'zeros');
    this.movingVarianceSettings = weightSettings('movingVariance', options, 'ones');
    this.renormMomentum = options.renormMomentum ?? 0.99;
    this.renormalization = options.renorm ? new Renormalization(options.renormClipping ?? {}, this.renormMomentum) : undefined;
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    const size = inputShape.at(this.axis);
    if (size === undefined)
      throw new IndexError(`Axis ${this.axis} is out of bounds for input shape ${formatShape(inputShape)}.`, { code: 'axis' });
    const shape = [size];
    const add = (name: string, settings: WeightSettings, trainable: boolean): Weight =>
      this.addWeight({ name, shape, ...settings, trainable, autocast: false });
    if (this.scale) this.gamma = add('gamma', this.gammaSettings, true);
    if (this.center) this.beta = add('beta', this.betaSettings, true);
    this.movingMean = add('moving_mean', this.movingMeanSettings, false);
    this.movingVariance = add('moving_variance', this.movingVarianceSettings, false);
    const variances = this.movingVarianceSettings.initializer;
    this.renormalization?.build(
      (name, initializer) => this.addWeight({ name, shape, initializer, trainable: false, autocast: false }),
      variances,
      this.movingMeanSettings.initializer,
    );
    const channel = this.axis < 0 ? this.axis + inputShape.length : this.axis;
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: size } };
    this.#reductionAxes = inputShape.map((_, axis) => axis).filter((axis) => axis !== channel);
  }

  override call(inputs: Tensor, { training, mask }: CallOptions = {}): Tensor {
    const x = ops.cast(inputs, resultType(inputs.dtype, 'float32'));
    const wide = (weight: Weight | undefined): Tensor | null => (weight ? ops.cast(weight.read(), x.dtype) : null);
    const [gamma, beta] = [wide(this.gamma), wide(this.beta)];
    if (training && this.trainable) return this.#callTraining(x, (mask as Tensor | undefined) ?? null, gamma, beta);
    return this.#normalize(x, wide(this.movingMean) as Tensor, wide(this.movingVariance) as Tensor, gamma, beta);
  }

  #callTraining(x: Tensor, mask: Tensor | null, gamma: Tensor | null, beta: Tensor | null): Tensor {
    const { mean, variance } = batchMoments(x, this.#reductionAxes, mask);
    const [movingMean, movingVariance] = [this.movingMean, this.movingVariance] as [Weight, Weight];
    if (this.renormalization) {
      const corrected = this.renormalization.correct(mean, variance, this.epsilon, gamma, beta);
      this.renormalization.update(mean, variance, { epsilon: this.epsilon, momentum: this.momentum, movingMean, movingVariance });
      return this.#normalize(x, mean, variance, corrected.gamma, corrected.beta);
    }
    const blend = (weight: Weight, value: Tensor): void =>
      weight.assign(
        ops.cast(
          ops.add(ops.multiply(ops.cast(weight.read(), value.dtype), this.momentum), ops.multiply(value, 1 - this.momentum)),
          weight.dtype,
        ),
      );
    blend(movingMean, mean);
    blend(movingVariance, variance);
    return this.#normalize(x, mean, variance, gamma, beta);
  }

  #normalize(x: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor | null, beta: Tensor | null): Tensor {
    const normal = ops.batchNormalization(x, mean, variance, this.axis, { offset: beta, scale: gamma, epsilon: this.epsilon });
    return ops.cast(normal, this.computeDtype);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    const { axis, momentum, epsilon, center, scale, synchronized, renormMomentum } = this;
    return {
      ...super.getConfig(),
      axis,
      momentum,
      epsilon,
      center,
      scale,
      ...weightConfig('beta', this.betaSettings),
      ...weightConfig('gamma', this.gammaSettings),
      movingMeanInitializer: this.movingMeanSettings.initializer,
      movingVarianceInitializer: this.movingVarianceSettings.initializer,
      synchronized,
      renorm: this.renormalization !== undefined,
      renormClipping: this.renormalization?.clipping ?? null,
      renormMomentum,
    };
  }
}
