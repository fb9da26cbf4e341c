// MobileNetV3 Small and Large: inverted residuals with squeeze and excitation and hard activations.
import { formatShape, ValueError } from '../../errors/index.ts';
import { Input } from '../engine/input-layer.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  DepthwiseConv2D,
  Dropout,
  Flatten,
  GlobalAveragePooling2D,
  Multiply,
  ReLU,
  Rescaling,
  ZeroPadding2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import * as ops from '../ops/index.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, correctPad, poolOutputs, requireSize, roundToEight, sourceInputs } from './image-input.ts';

export interface MobileNetV3Options extends ApplicationOptions {
  /** Width of the network. Default 1. */
  readonly alpha?: number;
  /** Without squeeze and excitation, hard swish and 5x5 convolutions. Default false. */
  readonly minimalistic?: boolean;
  /** Rate of the dropout before the classifier. Default 0.2. */
  readonly dropoutRate?: number;
  /** Whether the model itself brings pixels in [0, 255] to [-1, 1]. Default true. */
  readonly includePreprocessing?: boolean;
}

type Activate = (x: KerasTensor) => KerasTensor;
const relu: Activate = (x) => new ReLU()(x);
const hardSwish: Activate = (x) => new Activation('hard_swish')(x);
const hardSigmoid: Activate = (x) => ops.multiply(new ReLU({ maxValue: 6 })(ops.add(x, 3)), 1 / 6);

/** Expansion, filters, kernel size (k: 5, or 3 where minimalistic), stride, squeeze and excitation, hard swish. */
type Row = readonly [expansion: number, filters: number, kernel: 3 | 'k', stride: 1 | 2, squeeze: boolean, swish: boolean];

const SMALL: readonly Row[] = [
  [1, 16, 3, 2, true, false],
  [72 / 16, 24, 3, 2, false, false],
  [88 / 24, 24, 3, 1, false, false],
  [4, 40, 'k', 2, true, true],
  [6, 40, 'k', 1, true, true],
  [6, 40, 'k', 1, true, true],
  [3, 48, 'k', 1, true, true],
  [3, 48, 'k', 1, true, true],
  [6, 96, 'k', 2, true, true],
  [6, 96, 'k', 1, true, true],
  [6, 96, 'k', 1, true, true],
];

const LARGE: readonly Row[] = [
  [1, 16, 3, 1, false, false],
  [4, 24, 3, 2, false, false],
  [3, 24, 3, 1, false, false],
  [3, 40, 'k', 2, true, false],
  [3, 40, 'k', 1, true, false],
  [3, 40, 'k', 1, true, false],
  [6, 80, 3, 2, false, true],
  [2.5, 80, 3, 1, false, true],
  [2.3, 80, 3, 1, false, true],
  [2.3, 80, 3, 1, false, true],
  [6, 112, 3, 1, true, true],
  [6, 112, 3, 1, true, true],
  [6, 160, 'k', 2, true, true],
  [6, 160, 'k', 1, true, true],
  [6, 160, 'k', 1, true, true],
];

/**
 * MobileNetV3Small, 2.6 million parameters (Howard and others, https://arxiv.org/abs/1905.02244).
 * Images are (batch, height, width, 3) in [0, 255]; the model scales them itself.
 */
export const MobileNetV3Small: Application<MobileNetV3Options> = application((options) =>
  mobileNetV3('MobileNetV3Small', SMALL, 1024, options),
);

/** MobileNetV3Large, 5.5 million parameters; otherwise as MobileNetV3Small. */
export const MobileNetV3Large: Application<MobileNetV3Options> = application((options) =>
  mobileNetV3('MobileNetV3Large', LARGE, 1280, options),
);

function mobileNetV3(name: string, rows: readonly Row[], lastFilters: number, options: MobileNetV3Options): Model {
  const { alpha = 1, minimalistic = false, includeTop = true, pooling = null } = options;
  const activate = minimalistic ? relu : hardSwish;
  const input = inputOf(options);
  let x = input;
  if (options.includePreprocessing ?? true) x = new Rescaling(1 / 127.5, { offset: -1 })(x);
  x = new Conv2D(16, 3, { strides: 2, padding: 'same', useBias: false, name: 'conv' })(x);
  x = activate(normalize(x, 'conv_bn'));
  rows.forEach(([expansion, filters, kernel, stride, squeeze, swish], index) => {
    x = invertedResidual(x, {
      prefix: index === 0 ? 'expanded_conv_' : `expanded_conv_${index}_`,
      expand: index > 0,
      expansion,
      filters: roundToEight(filters * alpha),
      kernelSize: kernel === 3 || minimalistic ? 3 : 5,
      stride,
      squeeze: squeeze && !minimalistic,
      activate: swish ? activate : relu,
    });
  });
  x = new Conv2D(roundToEight((x.shape[3] as number) * 6), 1, { padding: 'same', useBias: false, name: 'conv_1' })(x);
  x = activate(normalize(x, 'conv_1_bn'));
  const wide = alpha > 1 ? roundToEight(lastFilters * alpha) : lastFilters;
  const output = includeTop ? top(x, wide, activate, options) : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

/** The shape of the images may be open even below a top: that top takes any. */
function inputOf({ inputTensor, inputShape }: MobileNetV3Options): KerasTensor {
  if (inputTensor && inputShape && inputTensor.shape[2] !== inputShape[1]) {
    throw new ValueError(
      'input_shape[1] must equal input_tensor.shape[2].  ' +
        `Received input_shape=${formatShape(inputShape)}, input_tensor.shape=${formatShape(inputTensor.shape)}`,
      { code: 'application-shape' },
    );
  }
  const shape = inputShape ?? (inputTensor ? inputTensor.shape.slice(1) : [null, null, 3]);
  const [rows, columns] = shape;
  if (rows && columns) requireSize(shape, 32);
  return inputTensor ?? Input({ shape });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ epsilon: 1e-3, momentum: 0.999, name })(x);

interface Block {
  readonly prefix: string;
  readonly expand: boolean;
  readonly expansion: number;
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly squeeze: boolean;
  readonly activate: Activate;
}

/** 1x1 up, depthwise, squeeze and excitation, 1x1 down; around it the identity where shapes allow. */
function invertedResidual(inputs: KerasTensor, block: Block): KerasTensor {
  const { prefix, filters, kernelSize, stride, activate } = block;
  const channels = inputs.shape[3] as number;
  const expanded = roundToEight(channels * block.expansion);
  let x = inputs;
  if (block.expand) {
    x = new Conv2D(expanded, 1, { padding: 'same', useBias: false, name: `${prefix}expand` })(x);
    x = activate(normalize(x, `${prefix}expand_bn`));
  }
  if (stride === 2) x = new ZeroPadding2D({ padding: correctPad(x, kernelSize), name: `${prefix}depthwise_pad` })(x);
  const padding = stride === 1 ? 'same' : 'valid';
  x = new DepthwiseConv2D(kernelSize, { strides: stride, padding, useBias: false, name: `${prefix}depthwise` })(x);
  x = activate(normalize(x, `${prefix}depthwise_bn`));
  if (block.squeeze) x = squeezeAndExcite(x, expanded, prefix);
  x = new Conv2D(filters, 1, { padding: 'same', useBias: false, name: `${prefix}project` })(x);
  x = normalize(x, `${prefix}project_bn`);
  return stride === 1 && channels === filters ? new Add({ name: `${prefix}add` })([inputs, x]) : x;
}

/** Scales channels by what a small network makes of their means. */
function squeezeAndExcite(inputs: KerasTensor, filters: number, prefix: string): KerasTensor {
  let x = new GlobalAveragePooling2D({ keepdims: true, name: `${prefix}squeeze_excite_avg_pool` })(inputs);
  x = new Conv2D(roundToEight(filters * 0.25), 1, { padding: 'same', name: `${prefix}squeeze_excite_conv` })(x);
  x = new ReLU({ name: `${prefix}squeeze_excite_relu` })(x);
  x = new Conv2D(filters, 1, { padding: 'same', name: `${prefix}squeeze_excite_conv_1` })(x);
  return new Multiply({ name: `${prefix}squeeze_excite_mul` })([inputs, hardSigmoid(x)]);
}

function top(inputs: KerasTensor, filters: number, activate: Activate, options: MobileNetV3Options): KerasTensor {
  const { classes = 1000, classifierActivation = 'softmax', dropoutRate = 0.2 } = options;
  let x = new GlobalAveragePooling2D({ keepdims: true })(inputs);
  x = activate(new Conv2D(filters, 1, { padding: 'same', name: 'conv_2' })(x));
  if (dropoutRate > 0) x = new Dropout(dropoutRate)(x);
  x = new Flatten()(new Conv2D(classes, 1, { padding: 'same', name: 'logits' })(x));
  return new Activation(classifierActivation, { name: 'predictions' })(x);
}
