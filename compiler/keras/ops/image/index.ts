// `keras.ops.image`: operations on images.
export { type AffineTransformOptions, affineTransform } from './affine-transform.ts';
export { type ColorOptions, hsvToRgb, rgbToHsv } from './colors.ts';
export { type ElasticTransformOptions, elasticTransform } from './elastic-transform.ts';
export { type GaussianBlurOptions, gaussianBlur, sobelEdges } from './filters.ts';
export {
  type CropImagesOptions,
  cropImages,
  type ExtractPatchesOptions,
  extractPatches,
  extractPatches_3d,
  type PadImagesOptions,
  padImages,
} from './framing.ts';
export { type FillMode, type MapCoordinatesOptions, mapCoordinates } from './map-coordinates.ts';
export { type PerspectiveTransformOptions, perspectiveTransform } from './perspective-transform.ts';
export { type ResizeOptions, resize, rgbToGrayscale } from './resize.ts';
export type { Interpolation } from './resize-taps.ts';
export { type ScaleAndTranslateOptions, scaleAndTranslate } from './scale-and-translate.ts';
export { type SsimOptions, ssim } from './ssim.ts';
