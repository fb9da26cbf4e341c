// Which 3x3 convolutions are computed by Winograd's method, and with which output tile.
//
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015: F(4x4, 3x3) does 36 products where the direct
// form does 144, F(2x2, 3x3) 16 instead of 36, and pays with transforms and a relative error of some 1e-6.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { affineOf } from '../../stage/index-arithmetic.ts';
import type { Axis, Buffer, IndexExpr } from '../../stage/stage.ts';
import type { Contraction } from '../contraction/match.ts';

export interface WinogradShape {
  /** Output tile edge: 2 or 4. */
  readonly edge: 2 | 4;
  /** Samples, if there are several. */
  readonly batch?: Axis;
  /** Row axes of the result and the reduced axes that belong to them. */
  readonly rows: readonly [Axis, Axis];
  readonly taps: readonly [Axis, Axis];
  readonly channel: Axis;
  readonly column: Axis;
  /** Zeros before the first element, by spatial dim. */
  readonly padding: readonly [number, number];
  readonly tiles: readonly [number, number];
}

/** Below this many channels the transforms cost more than the products save. */
const FEWEST_CHANNELS = 32;

/** How to compute a contraction by Winograd's method, or null where it is no such convolution or not worth it. */
export function chooseWinograd(contraction: Contraction, target: CpuTarget): WinogradShape | null {
  const { data, rows, columns, shared, sum } = contraction;
  const [column] = columns;
  if (!column || columns.length !== 1 || shared.length > 0 || rows.length < 2 || data.indices.length !== 4) return null;
  const vertical = unitSum(data.indices[1] as IndexExpr, sum.axes);
  const horizontal = unitSum(data.indices[2] as IndexExpr, sum.axes);
  const channel = axisOf(data.indices[3] as IndexExpr);
  if (!vertical || !horizontal || !channel || sum.axes.filter((axis) => axis.extent > 1).length !== 3) return null;
  const [batch, ...others] = rows.filter((axis) => axis !== vertical.row && axis !== horizontal.row);
  if (others.length > 0 || (batch && axisOf(data.indices[0] as IndexExpr) !== batch)) return null;
  if ([vertical, horizontal].some(({ tap }) => tap.extent !== 3) || !usesTaps(contraction, [vertical.tap, horizontal.tap, channel]))
    return null;
  if (![channel, column].every(({ extent }) => extent >= FEWEST_CHANNELS && extent % target.lanes === 0)) return null;
  const edge = edgeFor([vertical.row.extent, horizontal.row.extent], batch?.extent ?? 1);
  if (!edge) return null;
  const tiles = [vertical, horizontal].map(({ row }) => Math.ceil(row.extent / edge)) as [number, number];
  return {
    edge,
    ...(batch ? { batch } : {}),
    rows: [vertical.row, horizontal.row],
    taps: [vertical.tap, horizontal.tap],
    channel,
    column,
    padding: [-vertical.constant, -horizontal.constant],
    tiles,
  };
}

/** Whether the weights have one element for each tap, channel and column; taps may run backwards. */
function usesTaps({ weights }: Contraction, reduced: readonly Axis[]): boolean {
  const coefficients = weights.indices.map((index) => [...(affineOf(index)?.coefficients ?? [])]);
  return (
    coefficients.every((each) => each.length <= 1) &&
    reduced.every((axis) => coefficients.some(([entry]) => entry?.[0] === axis && Math.abs(entry[1]) === 1))
  );
}

/**
 * Small maps fill tiles badly and have many weights, which grow by the same factor that the products shrink by: F(4x4)
 * would spend its time reading them (7x7x512 in WebAssembly: 5.1 ms, direct 4.2 ms).
 */
function edgeFor(extents: readonly [number, number], samples: number): 2 | 4 | null {
  const smallest = Math.min(...extents);
  if (smallest >= 12) return 4;
  if (smallest < 6) return null;
  // Several samples share the filters: what counts then is the number of products.
  const products = (edge: 2 | 4): number => extents.reduce((product, extent) => product * Math.ceil(extent / edge), (edge + 2) ** 2);
  return samples >= FEWEST_SAMPLES && products(4) < products(2) ? 4 : 2;
}

const FEWEST_SAMPLES = 4;

/** The halo that lets transforms read whole tiles, or null where Winograd's method is not chosen. */
export function winogradHalo(
  contraction: Contraction,
  buffer: (id: number) => Buffer,
  target: CpuTarget,
): readonly (readonly [number, number])[] | null {
  const shape = chooseWinograd(contraction, target);
  if (!shape) return null;
  const extents = buffer(contraction.data.buffer).shape;
  const spatial = ([0, 1] as const).map((dim) => {
    const reach = shape.tiles[dim] * shape.edge + 2 - shape.padding[dim];
    return [Math.max(0, shape.padding[dim]), Math.max(0, reach - (extents[dim + 1] as number))] as const;
  });
  return [[0, 0], ...spatial, [0, 0]];
}

/** row + tap + constant, a tap being an axis of the sum. */
function unitSum(index: IndexExpr, reduced: readonly Axis[]): { row: Axis; tap: Axis; constant: number } | null {
  const affine = affineOf(index);
  if (affine?.coefficients.size !== 2 || [...affine.coefficients.values()].some((factor) => factor !== 1)) return null;
  const axes = [...affine.coefficients.keys()];
  const tap = axes.find((axis) => reduced.includes(axis));
  const row = axes.find((axis) => !reduced.includes(axis));
  return tap && row ? { row, tap, constant: affine.constant } : null;
}

function axisOf(index: IndexExpr): Axis | undefined {
  return index.kind === 'axis' ? index.axis : undefined;
}
