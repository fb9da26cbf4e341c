// Which register tiles cover a contraction: how many rows and vectors each, chosen by a simple count of cycles.
import type { CpuTarget } from '../../../targets/cpu-target.ts';

/** Consecutive tiles of equal height. */
export interface RowRun {
  readonly rows: number;
  readonly count: number;
}

/** Consecutive column segments of equal width. */
export interface ColumnRun {
  readonly vectors: number;
  readonly count: number;
}

export interface TileChoice {
  readonly rowRuns: readonly RowRun[];
  readonly columnRuns: readonly ColumnRun[];
}

/** Fewer accumulators than this leave the multiply-add units waiting for each other (latency 4, two units). */
const BUSY_ACCUMULATORS = 8;
/** Cycles of entering and leaving a tile, as a fraction of one reduction step per accumulator. */
const TILE_OVERHEAD = 6;
const MAX_VECTORS = 8;

/** The cheapest cover of `rows` by `columns` (in vectors) for a reduction of `depth` steps. */
export function chooseTiles(rows: number, columns: readonly number[], depth: number, target: CpuTarget): TileChoice {
  let best: TileChoice | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let vectors = 1; vectors <= MAX_VECTORS; vectors++) {
    const columnRuns = coverColumns(columns, vectors, target);
    if (!columnRuns) continue;
    for (let height = 1; height <= maxRows(vectors, target); height++) {
      const choice = { rowRuns: splitEvenly(rows, height), columnRuns };
      const cost = costOf(choice, depth);
      if (cost < bestCost * 0.999) {
        best = choice;
        bestCost = cost;
      }
    }
  }
  if (!best) throw new Error('kerasc bug: no register tile fits the target');
  return best;
}

export function maxRows(vectors: number, target: CpuTarget): number {
  return Math.floor((target.registers - target.temporaries - vectors) / vectors);
}

/** As few tiles of at most `height` rows as possible, of two heights that differ by one. */
export function splitEvenly(rows: number, height: number): readonly RowRun[] {
  const tiles = Math.ceil(rows / height);
  const small = Math.floor(rows / tiles);
  const tall = rows % tiles;
  return [
    { rows: small + 1, count: tall },
    { rows: small, count: tiles - tall },
  ].filter(({ count }) => count > 0);
}

/**
 * Segments of `vectors` vectors over panels of the given widths (in vectors). A segment lies inside a panel or spans whole
 * ones of equal width; what is left over gets narrower segments. Null where `vectors` does not fit the panels.
 */
function coverColumns(panels: readonly number[], vectors: number, target: CpuTarget): readonly ColumnRun[] | null {
  const full = target.panel / target.lanes;
  if (full % vectors !== 0 && vectors % full !== 0) return null;
  const last = panels.at(-1) as number;
  const fullPanels = last === full ? panels.length : panels.length - 1;
  const count = Math.floor((fullPanels * full) / vectors);
  const runs: ColumnRun[] = count > 0 ? [{ vectors, count }] : [];
  let rest = fullPanels * full - count * vectors;
  for (const width of [full, last]) {
    const available = width === full ? rest : last === full ? 0 : last;
    const segment = width === full ? Math.min(full, vectors) : widestDivisor(last, Math.min(vectors, full));
    if (available > 0) runs.push({ vectors: segment, count: available / segment });
    rest = 0;
  }
  return runs;
}

function widestDivisor(value: number, limit: number): number {
  let divisor = Math.min(value, limit);
  while (value % divisor !== 0) divisor--;
  return divisor;
}

function costOf({ rowRuns, columnRuns }: TileChoice, depth: number): number {
  let cycles = 0;
  for (const { rows, count: tall } of rowRuns) {
    for (const { vectors, count: wide } of columnRuns) {
      // Two multiply-adds and two loads a cycle; few accumulators wait for their own results.
      const step = Math.max(rows * vectors, rows + vectors, BUSY_ACCUMULATORS) + 0.1 * (rows + vectors);
      cycles += tall * wide * (depth * step + TILE_OVERHEAD + rows * vectors);
    }
  }
  return cycles;
}
