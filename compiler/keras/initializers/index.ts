// `keras.initializers`: how weights begin.
export * from './constant-initializers.ts';
export { deserialize, get, type InitializerFunction, type InitializerLike, type SerializedInitializer, serialize } from './get.ts';
export { Initializer, type InitializerCallOptions } from './initializer.ts';
export { Orthogonal, type OrthogonalOptions } from './orthogonal.ts';
export { type NormalOptions, RandomNormal, RandomUniform, TruncatedNormal, type UniformOptions } from './random-initializers.ts';
export * from './variance-scaling.ts';
