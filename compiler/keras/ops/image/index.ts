// `keras.ops.image`: operations on images.
export * from './resize.ts';
