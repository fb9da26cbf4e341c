// Why a public symbol of Keras is not here: by its full name, or by that of its module.

const PYTHON_BACK_ENDS = 'wraps or chooses a Python back end (TensorFlow, JAX, PyTorch); kerasc is the back end here';
const MODULES_OF_OTHERS = 'runs a module of a Python framework; kerasc runs no Python';
const ONE_MACHINE = 'spreads a model over several devices; kerasc trains on one machine';
const DATA_SETS = 'downloads a data set; kerasc downloads nothing that it was not told to: utils.getFile takes a URL';
const SCIKIT = 'scikit-learn is Python';
const PLOTS = 'draws with Matplotlib; the arrays go to any plotting package of JavaScript';
const REMOVED = 'Keras 3 itself refuses it: the class raises ImportError';
const STATE = 'part of how Keras traces on JAX; models are traced by `traceModel`';
const LEGACY_FORM = 'the form of Keras 1 and 2; `loadModel` reads it';

/** Reasons for whole modules. */
export const ABSENT_MODULES: Readonly<Record<string, string>> = {
  'keras.datasets': DATA_SETS,
  'keras.distribution': ONE_MACHINE,
  'keras.wrappers': SCIKIT,
  'keras.visualization': PLOTS,
  'keras.optimizers.legacy': REMOVED,
  'keras.utils.legacy': LEGACY_FORM,
  'keras.legacy': LEGACY_FORM,
  'keras.distillation': 'not there yet: a student learns from `teacher.predict` with a loss of your own',
};

const CALIBRATED = 'not there yet: quantization that is calibrated on data';
const QUANTIZERS = 'not there yet: layers are quantized by mode, `layer.quantize(mode)`, not by quantizers of one’s own';

/** Reasons for single symbols, by their full names. */
export const ABSENT_SYMBOLS: Readonly<Record<string, string>> = {
  'keras.Function': 'the graph inside a functional model; `new Model({ inputs, outputs })` is its public form',
  'keras.Operation': 'the base of ops and layers; own computations extend `Layer`',
  'keras.RematScope': 'a context of Python; `remat(fn)` does the same for a function',
  'keras.StatelessScope': STATE,
  'keras.SymbolicScope': STATE,
  'keras.device': PYTHON_BACK_ENDS,
  'keras.name_scope': 'names of weights follow the layers that own them',
  'keras.version': 'kerasc has a version of its own, in its package.json',
  'keras.layers.FlaxLayer': MODULES_OF_OTHERS,
  'keras.layers.JaxLayer': MODULES_OF_OTHERS,
  'keras.layers.TFSMLayer': 'runs a SavedModel of TensorFlow',
  'keras.layers.TorchModuleWrapper': MODULES_OF_OTHERS,
  'keras.utils.Config': 'a dictionary with attributes: a plain object of JavaScript',
  'keras.saving.KerasFileEditor': 'not there yet: `loadModel(path, ...)`, a change and `save` do most of it',
  'keras.Quantizer': QUANTIZERS,
  'keras.quantizers.Quantizer': QUANTIZERS,
  'keras.quantizers.get': QUANTIZERS,
  'keras.quantizers.serialize': QUANTIZERS,
  'keras.quantizers.deserialize': QUANTIZERS,
  'keras.quantizers.AWQConfig': CALIBRATED,
  'keras.quantizers.GPTQConfig': CALIBRATED,
  'keras.quantizers.compute_float8_amax_history': CALIBRATED,
  'keras.quantizers.compute_float8_scale': CALIBRATED,
  'keras.quantizers.fake_quant_with_min_max_vars': 'not there yet: rounding in training, as quantization-aware training does it',
  'keras.config.backend': PYTHON_BACK_ENDS,
  'keras.config.set_backend': PYTHON_BACK_ENDS,
  'keras.config.is_nnx_enabled': PYTHON_BACK_ENDS,
  'keras.config.disable_flash_attention': 'chooses a kernel of a Python back end',
  'keras.config.enable_flash_attention': 'chooses a kernel of a Python back end',
  'keras.config.is_flash_attention_enabled': 'chooses a kernel of a Python back end',
  'keras.config.disable_traceback_filtering': 'shortens tracebacks of Python',
  'keras.config.enable_traceback_filtering': 'shortens tracebacks of Python',
  'keras.config.is_traceback_filtering_enabled': 'shortens tracebacks of Python',
  'keras.config.enable_unsafe_deserialization': 'lets code in files run; kerasc never runs it',
};

/** Symbols that exist in TypeScript as types alone. */
export const TYPES_ALONE: ReadonlySet<string> = new Set(['keras.InputSpec', 'keras.layers.InputSpec']);

/** The reason for a symbol's absence, if one is stated. */
export function reasonFor(module: string, name: string): string | undefined {
  const own = ABSENT_SYMBOLS[`${module}.${name}`];
  if (own) return own;
  const owner = Object.keys(ABSENT_MODULES).find((prefix) => module === prefix || module.startsWith(`${prefix}.`));
  return owner === undefined ? undefined : ABSENT_MODULES[owner];
}
