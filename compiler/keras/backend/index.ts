// `keras.backend`: what Keras keeps of it for users.
export { epsilon, floatx, imageDataFormat, setEpsilon, setFloatx, setImageDataFormat } from '../engine/backend-config.ts';
export { isKerasTensor } from '../engine/keras-tensor.ts';
export { clearSession, getUid } from '../engine/names.ts';
export { standardizeDType as standardizeDtype } from '../ops/conversion.ts';
export { backend, isFloatDtype, isIntDtype, resultType } from './dtypes.ts';
