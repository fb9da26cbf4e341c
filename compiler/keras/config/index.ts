// `keras.config`: global settings. Not here: what chooses or tunes Python back ends (`set_backend`, flash attention, NNX), and traceback
// filtering; files with code in them are never run, so that there is no unsafe deserialization to enable.
export {
  type DataFormat,
  epsilon,
  type FloatName,
  floatx,
  imageDataFormat,
  maxEpochs,
  maxStepsPerEpoch,
  setEpsilon,
  setFloatx,
  setImageDataFormat,
  setMaxEpochs,
  setMaxStepsPerEpoch,
} from '../engine/backend-config.ts';
export { dtypePolicy, setDtypePolicy } from '../engine/dtype-policy.ts';
export { disableInteractiveLogging, enableInteractiveLogging, isInteractiveLoggingEnabled } from '../engine/interactive-logging.ts';
