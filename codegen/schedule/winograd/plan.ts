// Everything decided about a Winograd convolution before code is written.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import type { Stage } from '../../stage/stage.ts';
import { type Access, accessOf, strideOf } from '../contraction/access.ts';
import { type EpiloguePlan, planEpilogue } from '../contraction/epilogue.ts';
import { type Contraction, matchContraction } from '../contraction/match.ts';
import { type Panels, paddedColumns, panelsFor } from '../contraction/reduction.ts';
import { chooseTiles, type TileChoice } from '../contraction/tile-choice.ts';
import type { ScheduleContext } from '../scheduled.ts';
import { chooseWinograd, type WinogradShape } from './choose.ts';

/** Tiles in one strip: more gain nothing, and threads need strips to share. */
const MOST_TILES = 96;

export interface Plan {
  readonly contraction: Contraction;
  readonly shape: WinogradShape;
  readonly target: CpuTarget;
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
  readonly epilogue: EpiloguePlan;
  readonly panels: Panels;
  /** Rows of tiles per strip, and tiles in one. */
  readonly stripRows: number;
  readonly stripTiles: number;
  readonly choice: TileChoice;
}

/** The plan for a stage that is such a convolution and lies in memory as the transforms need it; else null. */
export function planWinograd(stage: Stage, { target, buffer }: ScheduleContext): Plan | null {
  const contraction = matchContraction(stage, buffer);
  const shape = contraction && chooseWinograd(contraction, target);
  if (!contraction || !shape || contraction.data.conditions.length > 0) return null;
  const data = accessOf(buffer(contraction.data.buffer), contraction.data.indices);
  const weights = accessOf(buffer(contraction.weights.buffer), contraction.weights.indices);
  const result = accessOf(buffer(contraction.stage.output), contraction.stage.store);
  if (!data || !weights || !result || strideOf(data, shape.channel) !== 1 || strideOf(result, shape.column) !== 1) return null;
  if (!hasHalo(data, shape) || weights.blocked) return null;
  const epilogue = planEpilogue(contraction.stage.body, contraction.sum, shape.rows[1], shape.column, (expr) =>
    accessOf(buffer(expr.buffer), expr.indices),
  );
  if (!epilogue) return null;
  const panels = panelsFor(shape.column.extent, target.panel, target.panelUnit);
  const stripRows = chooseStrip(shape, target);
  const stripTiles = stripRows * shape.tiles[1];
  const widths = Array.from(
    { length: panels.count },
    (_, panel) => (panel === panels.count - 1 ? panels.lastWidth : panels.width) / target.lanes,
  );
  const choice = chooseTiles(stripTiles, widths, shape.channel.extent, target);
  return { contraction, shape, target, data, weights, result, epilogue, panels, stripRows, stripTiles, choice };
}

function hasHalo(data: Access, { edge, tiles, padding }: WinogradShape): boolean {
  const { halo } = data.buffer.layout;
  return ([0, 1] as const).every((dim) => {
    const [before, after] = halo[dim + 1] as readonly [number, number];
    const reach = tiles[dim] * edge + 2 - padding[dim];
    return before >= padding[dim] && (data.buffer.shape[dim + 1] as number) + after >= reach;
  });
}

/**
 * Rows of tiles in a strip, dividing all rows evenly: the fewest bytes that come from beyond the second cache. Each strip reads all
 * filters, and what it keeps between its steps is written and read again, twice, where it does not fit.
 */
function chooseStrip(shape: WinogradShape, target: CpuTarget): number {
  const { edge, tiles, channel, column } = shape;
  const points = (edge + 2) ** 2;
  const rowBytes = 4 * points * tiles[1] * (channel.extent + column.extent);
  const filterBytes = 4 * points * channel.extent * column.extent;
  const rows = tileRows(shape);
  const cost = (strip: number): number => {
    const spilled = strip * rowBytes > target.l2Bytes / 2 ? 2 * rows * rowBytes : 0;
    return spilled + (filterBytes > target.l2Bytes / 2 ? (rows / strip) * filterBytes : 0);
  };
  const fitting = largestDivisor(rows, Math.max(1, Math.floor(target.l2Bytes / 2 / rowBytes)));
  const candidates = Array.from({ length: rows }, (_, number) => number + 1).filter((strip) => rows % strip === 0 && strip >= fitting);
  // Two threads at least must find a strip each.
  const most = Math.min(MOST_TILES / tiles[1], target.maxParts > 1 ? rows / 2 : rows);
  const allowed = candidates.filter((strip) => strip <= most || strip === fitting);
  return allowed.reduce((best, strip) => (cost(strip) < cost(best) ? strip : best), fitting);
}

function largestDivisor(value: number, limit: number): number {
  let divisor = Math.min(value, limit);
  while (value % divisor !== 0) divisor--;
  return divisor;
}

/** Threads share the strips; each uses the scratch memory that belongs to the first part of its range. */
export function partsOf({ shape, stripRows, target }: Plan): number {
  return largestDivisor(tileRows(shape) / stripRows, target.maxParts);
}

/** Floats of all transformed filters. */
export const filterElements = ({ shape, panels }: Plan): number => (shape.edge + 2) ** 2 * shape.channel.extent * paddedColumns(panels);

/** Rows of tiles in all samples. */
export const tileRows = ({ tiles, batch }: WinogradShape): number => tiles[0] * (batch?.extent ?? 1);
