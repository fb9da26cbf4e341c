// `keras.ops.nn`: the building blocks of neural networks.
export * from './activations.ts';
export { hardSilu as hardSwish, silu as swish } from './activations.ts';
export * from './adaptive-pool.ts';
export * from './attention.ts';
export * from './blocks.ts';
export * from './conv.ts';
export * from './conv-transpose.ts';
export * from './crossentropy.ts';
export * from './encoding.ts';
export * from './normalization.ts';
export * from './pool.ts';
export * from './softmax.ts';
