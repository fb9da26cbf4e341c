// `keras.initializers`: how weights begin. Keras's other names of a class stand beside it.
export {
  Constant,
  Constant as constant,
  type ConstantOptions,
  Identity,
  Identity as IdentityInitializer,
  Identity as identity,
  type IdentityOptions,
  Ones,
  Ones as ones,
  Zeros,
  Zeros as zeros,
} from './constant-initializers.ts';
export { deserialize, get, type InitializerFunction, type InitializerLike, type SerializedInitializer, serialize } from './get.ts';
export { Initializer, type InitializerCallOptions } from './initializer.ts';
export { Orthogonal, Orthogonal as OrthogonalInitializer, Orthogonal as orthogonal, type OrthogonalOptions } from './orthogonal.ts';
export {
  type NormalOptions,
  RandomNormal,
  RandomNormal as randomNormal,
  RandomUniform,
  RandomUniform as randomUniform,
  TruncatedNormal,
  TruncatedNormal as truncatedNormal,
  type UniformOptions,
} from './random-initializers.ts';
export { STFT, STFT as STFTInitializer, STFT as stft, type STFTOptions } from './stft.ts';
export * from './variance-scaling.ts';
export {
  GlorotNormal as glorotNormal,
  GlorotUniform as glorotUniform,
  HeNormal as heNormal,
  HeUniform as heUniform,
  LecunNormal as lecunNormal,
  LecunUniform as lecunUniform,
  VarianceScaling as varianceScaling,
} from './variance-scaling.ts';
