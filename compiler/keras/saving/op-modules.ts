// In which of Keras's source files an operation's class lives: model files name it.

const NN = [
  'Relu', 'Relu6', 'Sigmoid', 'SparseSigmoid', 'Softplus', 'Softsign', 'SoftShrink', 'SparsePlus', 'Silu', 'Squareplus', 'LogSigmoid',
  'LeakyRelu', 'HardSigmoid', 'HardSilu', 'Elu', 'Selu', 'Gelu', 'Celu', 'Glu', 'TanhShrink', 'HardTanh', 'HardShrink', 'Threshold',
  'Softmax', 'LogSoftmax', 'Sparsemax', 'MaxPool', 'AdaptiveMaxPool', 'AveragePool', 'AdaptiveAveragePool', 'Conv', 'DepthwiseConv',
  'SeparableConv', 'ConvTranspose', 'OneHot', 'BinaryCrossentropy', 'CategoricalCrossentropy', 'SparseCategoricalCrossentropy', 'MultiHot',
  'Moments', 'BatchNorm', 'Normalize', 'DotProductAttention', 'RMSNorm', 'LayerNorm', 'Polar', 'Unfold', 'Fold', 'DepthToSpace', 'SpaceToDepth',
]; // biome-ignore format: one list
const MATH = [
  'SegmentReduction',
  'TopK',
  'InTopK',
  'Logsumexp',
  'ExtractSequences',
  'FFT',
  'FFT2',
  'RFFT',
  'IRFFT',
  'STFT',
  'ISTFT',
  'Rsqrt',
  'Erf',
  'Erfc',
  'Erfinv',
  'Logdet',
];
const CORE = [
  'Map',
  'Scan',
  'AssociativeScan',
  'Scatter',
  'ScatterUpdate',
  'Slice',
  'SliceUpdate',
  'Switch',
  'WhileLoop',
  'StopGradient',
  'ForiLoop',
  'Unstack',
  'Cast',
  'SaturateCast',
  'ConvertToTensor',
  'Cond',
  'VectorizedMap',
];
const LINALG = ['Cholesky', 'Det', 'Eig', 'Eigh', 'Inv', 'LuFactor', 'Norm', 'Qr', 'Solve', 'SolveTriangular', 'SVD', 'Lstsq'];
const IMAGE = [
  'Resize',
  'AffineTransform',
  'ExtractPatches',
  'MapCoordinates',
  'PadImages',
  'CropImages',
  'PerspectiveTransform',
  'GaussianBlur',
];

const MODULES = new Map<string, string>([
  ...NN.map((name) => [name, 'keras.src.ops.nn'] as const),
  ...MATH.map((name) => [name, 'keras.src.ops.math'] as const),
  ...CORE.map((name) => [name, 'keras.src.ops.core'] as const),
  ...LINALG.map((name) => [name, 'keras.src.ops.linalg'] as const),
  ...IMAGE.map((name) => [name, 'keras.src.ops.image'] as const),
]);

/** The module of an operation's class. */
export const opModule = (className: string): string => MODULES.get(className) ?? 'keras.src.ops.numpy';
