// `keras.preprocessing.sequence`.
export { type PadSequencesOptions, padSequences } from '../utils/index.ts';
