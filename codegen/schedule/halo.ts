// Zeroes what lies around a buffer's elements, so that readers may look beyond its edges.
import type { CpuTarget } from '../../targets/cpu-target.ts';
import {
  add,
  advance,
  constant,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  local,
  loop,
  pointerTo,
  register,
  type Statement,
  scale,
  store,
} from '../kernel-ir/index.ts';
import type { Buffer } from '../stage/stage.ts';

/** Runs of elements to zero, in a plane that repeats. */
interface Plane {
  readonly count: number;
  readonly stride: number;
  /** Before the first element, and from after the last one to the end. */
  readonly head: number;
  readonly tail: { readonly start: number; readonly length: number };
  /** Between rows. */
  readonly gaps: { readonly count: number; readonly start: number; readonly stride: number; readonly length: number };
}

export function hasHalo({ layout }: Buffer): boolean {
  return layout.halo.some(([before, after]) => before > 0 || after > 0);
}

/** The last block of channels reaches beyond the last channel: what lies there is read, and multiplied by zero. */
export function hasUnusedChannels({ layout, shape }: Buffer): boolean {
  return layout.block !== undefined && (shape[layout.block.dim] as number) % layout.block.size !== 0;
}

/** A function of one pointer that zeroes the halo of a buffer of floats, or null where zeroing all of it is simpler. */
export function zeroHaloFunction(buffer: Buffer, target: CpuTarget): KernelFunction | null {
  const plane = planeOf(buffer);
  if (!plane || buffer.type !== 'f32') return null;
  const { count, stride, head, tail, gaps } = plane;
  const isEven = [stride, head, tail.start, tail.length, gaps.start, gaps.stride, gaps.length].every(
    (amount) => amount % target.lanes === 0,
  );
  const lanes = isEven ? target.lanes : 1;
  const base = scale(local('plane', INDEX), stride);
  const body = [
    ...zeroRun('h', base, head, lanes),
    ...(gaps.length > 0
      ? [
          loop(
            'row',
            0,
            gaps.count,
            zeroRun('g', add(base, add(index(gaps.start), scale(local('row', INDEX), gaps.stride))), gaps.length, lanes),
          ),
        ]
      : []),
    ...zeroRun('t', add(base, index(tail.start)), tail.length, lanes),
  ];
  return {
    name: `zero_halo_${[count, stride, head, tail.start, tail.length, gaps.count, gaps.start, gaps.stride, gaps.length].join('_')}_v${lanes}`,
    parameters: [{ name: 'y', type: pointerTo('f32'), writes: true }],
    body: [loop('plane', 0, count, body)],
  };
}

function zeroRun(name: string, start: Expr, length: number, lanes: number): Statement[] {
  if (length === 0) return [];
  const zero = constant(0, register('f32', lanes));
  const at = (position: Expr): Statement => store(advance(local('y', pointerTo('f32')), add(start, position)), 0, zero);
  return length === lanes ? [at(index(0))] : [loop(name, 0, length, [at(local(name, INDEX))], lanes)];
}

/** The planes of a buffer whose halo is along its last one or two spatial dims. */
function planeOf({ shape, layout }: Buffer): Plane | null {
  const channels = shape.length - 1;
  const vertical = channels - 2;
  const horizontal = channels - 1;
  if (
    shape.length < 3 ||
    layout.halo.some(([before, after], dim) => before + after > 0 && dim !== horizontal && (dim !== vertical || vertical < 1))
  )
    return null;
  const [left, right] = layout.halo[horizontal] as readonly [number, number];
  const [above, below] = vertical >= 1 ? (layout.halo[vertical] as readonly [number, number]) : [0, 0];
  const height = vertical >= 1 ? (shape[vertical] as number) : 1;
  const width = shape[horizontal] as number;
  const pixel = layout.strides[horizontal] as number;
  const row = (width + left + right) * pixel;
  const stride = (height + above + below) * row;
  const head = above * row + left * pixel;
  const lastEnd = (above + height - 1) * row + (left + width) * pixel;
  return {
    count: layout.elements / stride,
    stride,
    head,
    tail: { start: lastEnd, length: stride - lastEnd },
    gaps: { count: height - 1, start: above * row + (left + width) * pixel, stride: row, length: (left + right) * pixel },
  };
}
