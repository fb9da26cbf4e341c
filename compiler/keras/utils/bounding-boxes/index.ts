// `keras.utils.bounding_boxes`.
export { type AffineTransformOptions, affineTransform } from './affine-transform.ts';
export { type DecodeOptions, decodeDeltasToBoxes, type EncodeOptions, encodeBoxToDeltas } from './deltas.ts';
export { type BoundingBoxFormat, type ConvertFormatOptions, convertFormat } from './formats.ts';
export { type ComputeIouOptions, computeCiou, computeIou, type IouOptions } from './iou.ts';
export { type ClipOptions, clipToImageSize, crop, type LabelledBoxes, type PadOptions, pad } from './transforms.ts';
