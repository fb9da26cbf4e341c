// Signals cut into overlapping frames, and frames added up to a signal.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { takeAxis } from '../indexing.ts';
import { sliceAxis } from '../joining.ts';
import { padConstant } from '../padding.ts';

/** With more slices than this, indices describe the frames more shortly. */
const MOST_SLICES = 16;

/** Frames of `length` elements of the last axis, `stride` apart: (..., n) -> (..., count, length). */
export function cutFrames(x: Tensor, length: number, stride: number): Tensor {
  const last = x.rank - 1;
  const count = Math.floor(((x.shape[last] as number) - length) / stride) + 1;
  if (count === 1) return lax.reshape(sliceAxis(x, last, 0, length), [...x.shape.slice(0, -1), 1, length]);
  const parts = length / stride;
  if (Number.isInteger(parts) && parts <= MOST_SLICES) return joinChunks(x, count, parts, stride);
  const starts = lax.multiply(lax.iota('int32', [count, length], 0), lax.full([count, length], stride, 'int32'));
  return takeAxis(x, lax.add(starts, lax.iota('int32', [count, length], 1)), last);
}

/** A frame is `parts` whole chunks of a stride each: the chunks, next to those one, two... places later. */
function joinChunks(x: Tensor, count: number, parts: number, stride: number): Tensor {
  const last = x.rank - 1;
  const used = count + parts - 1;
  const chunks = lax.reshape(sliceAxis(x, last, 0, used * stride), [...x.shape.slice(0, -1), used, stride]);
  const shifted = Array.from({ length: parts }, (_, part) => sliceAxis(chunks, last, part, part + count));
  return parts === 1 ? (shifted[0] as Tensor) : lax.concatenate(shifted, last + 1);
}

/** The sum of frames that begin `stride` apart: (..., count, length) -> (..., (count - 1) * stride + length). */
export function addFrames(frames: Tensor, stride: number): Tensor {
  const last = frames.rank - 1;
  const [count, length] = frames.shape.slice(-2) as [number, number];
  const parts = Math.ceil(length / stride);
  const widths = (axis: number, before: number, after: number) =>
    frames.shape.map((_, at) => (at === axis ? ([before, after] as const) : ([0, 0] as const)));
  const whole = padConstant(frames, widths(last, 0, parts * stride - length));
  const placed = Array.from({ length: parts }, (_, part) =>
    padConstant(sliceAxis(whole, last, part * stride, (part + 1) * stride), widths(last - 1, part, parts - 1 - part)),
  );
  const total = placed.reduce((sum, chunk) => lax.add(sum, chunk));
  const signal = lax.reshape(total, [...frames.shape.slice(0, -2), (count + parts - 1) * stride]);
  return sliceAxis(signal, signal.rank - 1, 0, (count - 1) * stride + length);
}
