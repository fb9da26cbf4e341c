// What the configs of older Keras versions meant: keys that were renamed, dropped, or had other values.
import type { KerasShape } from '../engine/keras-tensor.ts';

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
  'time_major', // recurrent: Keras 2 wrote false
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
  Conv1D: { nb_filter: 'filters', filter_length: 'kernel_size', subsample_length: 'strides' },
  Conv2D: { nb_filter: 'filters', subsample: 'strides' },
  Conv3D: { nb_filter: 'filters', subsample: 'strides' },
  UpSampling1D: { length: 'size' },
  LSTM: {
    inner_init: 'recurrent_initializer',
    inner_activation: 'recurrent_activation',
    dropout_W: 'dropout',
    dropout_U: 'recurrent_dropout',
  },
  GRU: {
    inner_init: 'recurrent_initializer',
    inner_activation: 'recurrent_activation',
    dropout_W: 'dropout',
    dropout_U: 'recurrent_dropout',
  },
  SimpleRNN: { inner_init: 'recurrent_initializer', dropout_W: 'dropout', dropout_U: 'recurrent_dropout' },
  BatchNormalization: { mode: '', gamma_init: 'gamma_initializer', beta_init: 'beta_initializer' },
  LeakyReLU: { alpha: 'negative_slope' },
};

const RENAMED_CLASSES: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
  Deconvolution2D: 'Conv2DTranspose',
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

/** The config in today's keys and values. Keys that mean nothing any more are gone. */
export function modernizeConfig(className: string, config: Readonly<Config>): Config {
  const modern: Config = {};
  const renames = { ...RENAMED['*'], ...RENAMED[className] };
  for (const [key, value] of Object.entries(config)) {
    const renamed = KEPT_OUTPUT_DIM.has(className) && key === 'output_dim' ? undefined : renames[key];
    const target = renamed === undefined || (renamed !== '' && renamed in config) ? key : renamed;
    if (target !== '') modern[target] = value;
  }
  joinKernelSize(modern);
  const { axis } = modern;
  if (Array.isArray(axis) && axis.length === 1) modern['axis'] = axis[0];
  const { data_format: format } = modern;
  if (typeof format === 'string' && format in DATA_FORMATS) modern['data_format'] = DATA_FORMATS[format];
  // Old versions had this form of the GRU alone, and no key for it; the default has changed since.
  if (RESET_BEFORE.has(className) && !('reset_after' in modern)) modern['reset_after'] = false;
  if (className === 'InputLayer') return modernizeInput(modern);
  if (className !== 'Embedding') delete modern['input_dim'];
  delete modern['input_shape'];
  return modern;
}

/** Whether a key that a class does not know may be dropped without changing what the layer computes. */
export const isObsolete = (key: string): boolean => OBSOLETE.has(key);

/** Keras 1 gave kernel sizes as `nb_row`, `nb_col`. */
function joinKernelSize(config: Config): void {
  const sizes = ['kernel_dim1', 'kernel_dim2', 'kernel_dim3', 'nb_row', 'nb_col'].filter((key) => key in config);
  if (sizes.length === 0) return;
  config['kernel_size'] = sizes.map((key) => config[key]);
  for (const key of sizes) delete config[key];
}

function modernizeInput(config: Config): Config {
  const { batch_input_shape: old, ...rest } = config;
  return old !== undefined && !('batch_shape' in rest) ? { ...rest, batch_shape: old } : rest;
}
