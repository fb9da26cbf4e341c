// `keras.quantizers`.
export { AbsMaxQuantizer, type AbsMaxQuantizerOptions, absMaxQuantize } from './abs-max.ts';
export { quantizeAndDequantize } from './float8.ts';
export { absMaxQuantizeGroupedWithZeroPoint } from './grouped.ts';
export { packInt4, unpackInt4 } from './int4.ts';
export { Float8QuantizationConfig, Int4QuantizationConfig, Int8QuantizationConfig, QuantizationConfig } from './quantization-config.ts';
