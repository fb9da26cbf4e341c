// `keras.activations`: functions that layers apply to their outputs.
export {
  celu, elu, glu, hardShrink, hardSigmoid, hardSilu, hardSilu as hardSwish, hardTanh, leakyRelu, logSigmoid, logSoftmax, relu6, selu, sigmoid, silu,
  silu as swish, softmax, softplus, softShrink, softsign, sparsemax, sparsePlus, sparseSigmoid, squareplus, tanh, tanhShrink, threshold,
} from '../ops/index.ts'; // biome-ignore format: one list
export * from './functions.ts';
export { type ActivationFunction, type ActivationLike, deserialize, get, serialize } from './get.ts';
