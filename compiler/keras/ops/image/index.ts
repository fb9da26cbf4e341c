// `keras.ops.image`: operations on images.
export * from './colors.ts';
export * from './framing.ts';
export * from './resize.ts';
