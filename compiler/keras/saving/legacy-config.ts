// What the configs of older Keras versions meant: keys that were renamed, dropped, or had other values.
import { quote, UnsupportedError } from '../../errors/index.ts';
import type { KerasShape } from '../engine/keras-tensor.ts';
import { isPlainObject } from '../engine/structure.ts';

type Config = Record<string, unknown>;

/** Keys that no longer say anything; ignored in every layer. */
const OBSOLETE = new Set([
  'batch_input_shape', // handled by Sequential
  'input_dtype',
  'ragged',
  'sparse',
  'ragged_as_tensor',
  'quantization_config',
  'fused',
  'renorm',
  'renorm_clipping',
  'renorm_momentum',
  'virtual_batch_size',
  'adjustment',
  'implementation', // recurrent: which of equivalent ways to compute
  'time_major', // recurrent: false; true is refused
  'consume_less', // recurrent, Keras 1
  'unit_forget_bias_init',
  'experimental_autocast',
  'dynamic',
  'batch_size',
  'expects_training_arg',
  'weights',
  'input_length', // Embedding
  'interpolation_method',
  'force_generator',
  'inner_activation',
]);

/** Keras 1 names -> today's, by class; `*` for all. A key is renamed only if the new one is absent. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '*': {
    init: 'kernel_initializer',
    W_regularizer: 'kernel_regularizer',
    b_regularizer: 'bias_regularizer',
    W_constraint: 'kernel_constraint',
    b_constraint: 'bias_constraint',
    bias: 'use_bias',
    border_mode: 'padding',
    dim_ordering: 'data_format',
    p: 'rate',
    output_dim: 'units',
  },
  Embedding: { init: 'embeddings_initializer', W_regularizer: 'embeddings_regularizer', W_constraint: 'embeddings_constraint' },
  MaxPooling1D: { pool_length: 'pool_size', stride: 'strides' },
  AveragePooling1D: { pool_length: 'pool_size', stride: 'strides' },
  Conv1D: { nb_filter: 'filters', filter_length: 'kernel_size', subsample_length: 'strides', atrous_rate: 'dilation_rate' },
  Conv2DTranspose: { nb_filter: 'filters', subsample: 'strides', output_shape: '' },
  SeparableConv2D: { nb_filter: 'filters', subsample: 'strides' },
  ConvLSTM2D: { nb_filter: 'filters', subsample: 'strides', inner_activation: 'recurrent_activation', inner_init: 'recurrent_initializer' },
  Conv2D: { nb_filter: 'filters', subsample: 'strides', atrous_rate: 'dilation_rate' },
  Conv3D: { nb_filter: 'filters', subsample: 'strides' },
  UpSampling1D: { length: 'size' },
  LSTM: {
    inner_init: 'recurrent_initializer',
    U_regularizer: 'recurrent_regularizer',
    inner_activation: 'recurrent_activation',
    dropout_W: 'dropout',
    dropout_U: 'recurrent_dropout',
  },
  GRU: {
    inner_init: 'recurrent_initializer',
    U_regularizer: 'recurrent_regularizer',
    inner_activation: 'recurrent_activation',
    dropout_W: 'dropout',
    dropout_U: 'recurrent_dropout',
  },
  SimpleRNN: {
    inner_init: 'recurrent_initializer',
    U_regularizer: 'recurrent_regularizer',
    dropout_W: 'dropout',
    dropout_U: 'recurrent_dropout',
  },
  BatchNormalization: { mode: '', gamma_init: 'gamma_initializer', beta_init: 'beta_initializer' },
  LeakyReLU: { alpha: 'negative_slope' },
};

const RENAMED_CLASSES: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
  AtrousConvolution1D: 'Conv1D',
  AtrousConvolution2D: 'Conv2D',
  Deconvolution2D: 'Conv2DTranspose',
  SeparableConvolution2D: 'SeparableConv2D',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  CuDNNLSTM: 'LSTM',
  CuDNNGRU: 'GRU',
  Model: 'Functional',
};

const DATA_FORMATS: Readonly<Record<string, string>> = { tf: 'channels_last', th: 'channels_first', default: 'channels_last' };
const RESET_BEFORE = new Set(['GRU', 'GRUCell']);
const KEPT_OUTPUT_DIM = new Set(['Embedding']);

/** Today's name of a class. */
export const modernClassName = (className: string): string => RENAMED_CLASSES[className] ?? className;

/** The shape without batch that an old first layer carries in its config. */
export function inputShapeOf(config: Readonly<Config>): { readonly batchShape: KerasShape } | undefined {
  const batchShape = config['batch_input_shape'];
  if (Array.isArray(batchShape)) return { batchShape: batchShape as KerasShape };
  const { input_shape: shape, input_dim: dim, input_length: length } = config;
  if (Array.isArray(shape)) return { batchShape: [null, ...(shape as KerasShape)] };
  if (typeof dim !== 'number') return undefined;
  return { batchShape: typeof length === 'number' ? [null, length, dim] : [null, dim] };
}

/** Keras 1 merged by one class: what its modes are called today. */
const MERGES: Readonly<Record<string, string>> = {
  concat: 'Concatenate',
  sum: 'Add',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  dot: 'Dot',
  cos: 'Dot',
};

/** Objects whose whole form was another: bare lists of layers, and the merges of Keras 1. Others come back as they are. */
export function modernizeObject(object: unknown): unknown {
  if (!isPlainObject(object)) return object;
  const { class_name: className, config } = object;
  if (className === 'Sequential' && Array.isArray(config)) return { ...object, config: { layers: config } };
  if (className !== 'Merge' || !isPlainObject(config)) return object;
  const mode = String(config['mode']);
  const today = MERGES[mode];
  if (today === undefined) return object;
  const common = { name: config['name'] };
  if (today === 'Concatenate') return { class_name: today, config: { ...common, axis: config['concat_axis'] ?? -1 } };
  return { class_name: today, config: today === 'Dot' ? { ...common, axes: config['dot_axes'] ?? -1, normalize: mode === 'cos' } : common };
}

/** The config in today's keys and values. Keys that mean nothing any more are gone. */
export function modernizeConfig(className: string, config: Readonly<Config>, oldClassName = className): Config {
  const modern: Config = {};
  const renames = { ...RENAMED['*'], ...RENAMED[className] };
  for (const [key, value] of Object.entries(config)) {
    const renamed = KEPT_OUTPUT_DIM.has(className) && key === 'output_dim' ? undefined : renames[key];
    const target = renamed === undefined || (renamed !== '' && renamed in config) ? key : renamed;
    if (target !== '') modern[target] = value;
  }
  joinKernelSize(modern);
  modernizeValues(modern);
  refuseTimeMajor(modern);
  const { axis } = modern;
  if (Array.isArray(axis) && axis.length === 1) modern['axis'] = axis[0];
  const { data_format: format } = modern;
  if (typeof format === 'string' && format in DATA_FORMATS) modern['data_format'] = DATA_FORMATS[format];
  // Old versions had this form of the GRU alone, and no key for it; the default has changed since.
  if (RESET_BEFORE.has(className) && !('reset_after' in modern)) modern['reset_after'] = oldClassName === 'CuDNNGRU';
  // Keras 1 dropped whole rows of a table; at 0 it asks for nothing.
  if (className === 'Embedding' && modern['dropout'] === 0) delete modern['dropout'];
  if (className === 'InputLayer') return modernizeInput(modern);
  if (className !== 'Embedding') delete modern['input_dim'];
  delete modern['input_shape'];
  return modern;
}

/** Whether a key that a class does not know may be dropped without changing what the layer computes. */
export const isObsolete = (key: string): boolean => OBSOLETE.has(key);

/** Keras 1 wrote regularizers and constraints as `{ name, ... }`, and the bias of the forget gate by an initializer's name. */
function modernizeValues(config: Config): void {
  for (const [key, value] of Object.entries(config)) {
    if (!isPlainObject(value) || typeof value['name'] !== 'string' || 'class_name' in value) continue;
    const { name, m: maxValue, ...rest } = value;
    if (/_regularizer$/.test(key)) config[key] = { class_name: 'L1L2', config: { l1: rest['l1'] ?? 0, l2: rest['l2'] ?? 0 } };
    if (/_constraint$/.test(key))
      config[key] = { class_name: name, config: maxValue === undefined ? rest : { ...rest, max_value: maxValue } };
  }
  if (!('forget_bias_init' in config)) return;
  config['unit_forget_bias'] = config['forget_bias_init'] === 'one' || config['forget_bias_init'] === 'ones';
  delete config['forget_bias_init'];
}

/** Keras 2 could have the time before the samples; a model would compute something else without. */
function refuseTimeMajor({ time_major: isTimeMajor, name }: Config): void {
  if (isTimeMajor !== true) return;
  throw new UnsupportedError('Recurrent layers whose inputs begin with the time (time_major=True) are not supported.', {
    code: 'time-major',
    where: `layer ${quote(name)}`,
    cure: 'Set time_major to false in the config and transpose the inputs and outputs: ops.transpose(x, { axes: [1, 0, 2] }).',
  });
}

/** Keras 1 gave kernel sizes as `nb_row`, `nb_col`. */
function joinKernelSize(config: Config): void {
  const sizes = ['kernel_dim1', 'kernel_dim2', 'kernel_dim3', 'nb_row', 'nb_col'].filter((key) => key in config);
  if (sizes.length === 0) return;
  config['kernel_size'] = sizes.map((key) => config[key]);
  for (const key of sizes) delete config[key];
}

function modernizeInput(config: Config): Config {
  const { batch_input_shape: old, trainable: _nothing, ...rest } = config;
  return old !== undefined && !('batch_shape' in rest) ? { ...rest, batch_shape: old } : rest;
}
