// Padding of any axis with a constant, or with what is near the edge.
import { quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type TensorLike, toTensor } from './convert.ts';
import { sliceAxis } from './joining.ts';

export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'edge' | 'wrap';
/** One number for all sides, one pair for all axes, or a pair (before, after) per axis. */
export type PadWidth = number | readonly number[] | readonly (readonly [number, number])[];

function widthsOf(padWidth: PadWidth, rank: number): (readonly [number, number])[] {
  if (typeof padWidth === 'number') return new Array<readonly [number, number]>(rank).fill([padWidth, padWidth]);
  const pairs = padWidth.map((item) => (typeof item === 'number' ? item : ([...item] as unknown as readonly [number, number])));
  if (pairs.every((item) => typeof item === 'number')) {
    const [before, after = before] = pairs as number[];
    return new Array<readonly [number, number]>(rank).fill([before as number, after as number]);
  }
  const list = pairs as (readonly [number, number])[];
  if (list.length === 1) return new Array<readonly [number, number]>(rank).fill(list[0] as readonly [number, number]);
  if (list.length !== rank)
    throw new ValueError(`\`pad_width\` must have one pair per axis of the ${rank}. Received: pad_width=${quote(padWidth)}`, {
      code: 'arguments',
    });
  return list;
}

/** What stands before and after an axis in a mode: a mirrored, repeated or opposite part. */
function borderOf(x: Tensor, axis: number, count: number, mode: Exclude<PadMode, 'constant'>, atStart: boolean): Tensor {
  const size = x.shape[axis] as number;
  if (mode === 'edge') {
    const edge = atStart ? sliceAxis(x, axis, 0, 1) : sliceAxis(x, axis, size - 1, size);
    return lax.broadcast(
      edge,
      x.shape.map((dim, at) => (at === axis ? count : dim)),
      x.shape.map((_, at) => at),
    );
  }
  const skip = mode === 'reflect' ? 1 : 0;
  if (count > size - skip) {
    throw new ValueError(`Padding of ${count} in mode '${mode}' needs an axis longer than that. Received an axis of size ${size}.`, {
      code: 'pad',
    });
  }
  if (mode === 'wrap') return atStart ? sliceAxis(x, axis, size - count, size) : sliceAxis(x, axis, 0, count);
  const part = atStart ? sliceAxis(x, axis, skip, skip + count) : sliceAxis(x, axis, size - skip - count, size - skip);
  return lax.reverse(part, [axis]);
}

/** Pads with zeros or another scalar. */
export const padConstant = (x: Tensor, widths: readonly (readonly [number, number])[], fill: Tensor = lax.scalar(0, x.dtype)): Tensor =>
  widths.every(([low, high]) => low === 0 && high === 0)
    ? x
    : lax.pad(
        x,
        fill,
        widths.map(([low]) => low),
        widths.map(([, high]) => high),
      );

export interface PadOptions {
  /** `constant` by default. */
  readonly mode?: PadMode;
  /** The value of constant padding: 0 by default. */
  readonly constantValues?: TensorLike | null;
}

/** Puts elements around the tensor. */
export const pad = defineOp(
  'pad',
  ['x', 'pad_width'],
  (x: TensorLike, padWidth: PadWidth, { mode = 'constant', constantValues = null }: PadOptions = {}): Tensor => {
    const tensor = toTensor(x);
    const widths = widthsOf(padWidth, tensor.rank);
    if (mode === 'constant') return padConstant(tensor, widths, toTensor(constantValues ?? 0, tensor.dtype));
    if (constantValues !== null)
      throw new ValueError(`Argument \`constant_values\` can only be provided when \`mode == 'constant'\`. Received: mode=${mode}`, {
        code: 'arguments',
      });
    if (!['reflect', 'symmetric', 'edge', 'wrap'].includes(mode))
      throw new ValueError(`Unknown padding mode. Received: mode=${quote(mode)}`, { code: 'arguments' });
    return widths.reduce<Tensor>((current, [low, high], axis) => {
      const parts = [
        ...(low > 0 ? [borderOf(current, axis, low, mode, true)] : []),
        current,
        ...(high > 0 ? [borderOf(current, axis, high, mode, false)] : []),
      ];
      return parts.length === 1 ? current : lax.concatenate(parts, axis);
    }, tensor);
  },
);
