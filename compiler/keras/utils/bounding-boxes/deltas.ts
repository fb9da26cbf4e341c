// Boxes as differences from anchors, which is what detectors predict.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxFormat, convertFormat } from './formats.ts';

type CenterFormat = 'center_xywh' | 'center_yxhw';

interface DeltaOptions {
  /** Four numbers that differences are divided by. */
  readonly variance?: ops.TensorLike | null;
  /** (height, width, channels) of the image, for relative formats. */
  readonly imageShape?: readonly number[] | null;
}

export interface EncodeOptions extends DeltaOptions {
  /** Default center_yxhw. */
  readonly encodingFormat?: CenterFormat;
}

export interface DecodeOptions extends DeltaOptions {
  /** Default center_yxhw. */
  readonly encodedFormat?: CenterFormat;
}

/** The first two numbers (a place) and the last two (a size). */
const placeOf = (x: Tensor): Tensor => ops.getItem(x, ['...', { stop: 2 }]);
const sizeOf = (x: Tensor): Tensor => ops.getItem(x, ['...', { start: 2 }]);

function readOptions({ variance = null, imageShape = null }: DeltaOptions, format: string, name: string) {
  const factors = variance === null ? undefined : ops.cast(variance, 'float32');
  if (factors && factors.shape.at(-1) !== 4) refuse(`\`variance\` must be length 4, got a tensor of shape ${quote(factors.shape)}`);
  if (format !== 'center_xywh' && format !== 'center_yxhw') {
    refuse(`\`${name}\` should be one of 'center_xywh' or 'center_yxhw', got ${quote(format)}`);
  }
  return { factors, size: { height: imageShape?.[0] ?? null, width: imageShape?.[1] ?? null } };
}

/** How boxes differ from anchors: distances of centres in sizes of the anchor, and logarithms of the ratios of sizes. */
export function encodeBoxToDeltas(
  anchors: ops.TensorLike,
  boxes: ops.TensorLike,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options: EncodeOptions = {},
): Tensor {
  const { encodingFormat = 'center_yxhw' } = options;
  const { factors, size } = readOptions(options, encodingFormat, 'encoding_format');
  const from = convertFormat(ops.convertToTensor(anchors), anchorFormat, encodingFormat, size);
  const to = convertFormat(ops.convertToTensor(boxes), boxFormat, encodingFormat, size);
  const [anchorSize, boxSize] = [from, to].map((x) => ops.maximum(sizeOf(x), epsilon())) as [Tensor, Tensor];
  const place = ops.divide(ops.subtract(placeOf(to), placeOf(from)), anchorSize);
  const deltas = ops.concatenate([place, ops.log(ops.divide(boxSize, anchorSize))], { axis: -1 });
  return factors ? ops.divide(deltas, factors) : deltas;
}

type Levels = Readonly<Record<string, ops.TensorLike>>;

/** The way back: from anchors and differences to boxes. Both may be objects with one entry per level. */
export function decodeDeltasToBoxes(
  anchors: ops.TensorLike,
  boxesDelta: ops.TensorLike,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options?: DecodeOptions,
): Tensor;
export function decodeDeltasToBoxes(
  anchors: Levels,
  boxesDelta: Levels,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options?: DecodeOptions,
): Record<string, Tensor>;
export function decodeDeltasToBoxes(
  anchors: ops.TensorLike | Levels,
  boxesDelta: ops.TensorLike | Levels,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options: DecodeOptions = {},
): Tensor | Record<string, Tensor> {
  const { encodedFormat = 'center_yxhw' } = options;
  const { factors, size } = readOptions(options, encodedFormat, 'encoded_format');
  const decode = (anchor: ops.TensorLike, given: ops.TensorLike): Tensor => {
    const from = convertFormat(ops.convertToTensor(anchor), anchorFormat, encodedFormat, size);
    const delta = factors ? ops.multiply(given, factors) : ops.convertToTensor(given);
    const place = ops.add(ops.multiply(placeOf(delta), sizeOf(from)), placeOf(from));
    const box = ops.concatenate([place, ops.multiply(ops.exp(sizeOf(delta)), sizeOf(from))], { axis: -1 });
    return convertFormat(box, encodedFormat, boxFormat, size);
  };
  if (!isLevels(anchors)) return decode(anchors as ops.TensorLike, boxesDelta as ops.TensorLike);
  const deltas = boxesDelta as Levels;
  return Object.fromEntries(Object.entries(anchors).map(([level, anchor]) => [level, decode(anchor, deltas[level] as ops.TensorLike)]));
}

const isLevels = (value: unknown): value is Levels =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && !('dtype' in value);

function refuse(message: string): never {
  throw new ValueError(message, { code: 'bounding-boxes' });
}
