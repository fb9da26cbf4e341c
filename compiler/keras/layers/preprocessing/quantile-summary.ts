// A small summary of many numbers, from which Discretization takes its bin boundaries: sampled values with weights, in order.

/** Values in ascending order, and how many numbers each stands for. */
export interface QuantileSummary {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

export const EMPTY_SUMMARY: QuantileSummary = { values: [], weights: [] };

/** Every nth value of the sorted data, so that about `1 / epsilon` of them are kept. */
function summarize(data: readonly number[], epsilon: number): QuantileSummary {
  const sorted = Float32Array.from(data).sort();
  const step = Math.max(sorted.length * epsilon, 1);
  const values: number[] = [];
  for (let at = Math.trunc(step - 1); at < sorted.length; at += Math.trunc(step)) values.push(sorted[at] as number);
  return { values, weights: values.map(() => step) };
}

/** The summary of what was seen before and of new data. */
export function addToSummary(summary: QuantileSummary, data: readonly number[], epsilon: number): QuantileSummary {
  const next = summarize(data, epsilon);
  const pairs = [...next.values, ...summary.values].map((value, index) => ({
    value,
    weight: ([...next.weights, ...summary.weights] as number[])[index] as number,
  }));
  pairs.sort((a, b) => a.value - b.value);
  return compress({ values: pairs.map(({ value }) => value), weights: pairs.map(({ weight }) => weight) }, epsilon);
}

/** The boundaries between `bins` bins of about equal counts. */
export function binBoundaries(summary: QuantileSummary, bins: number): number[] {
  return compress(summary, 1 / bins).values.slice(0, -1);
}

/** At most `1 / epsilon` values, interpolated at equal shares of the whole weight. */
function compress(summary: QuantileSummary, epsilon: number): QuantileSummary {
  const { values, weights } = summary;
  if (values.length * epsilon < 1) return summary;
  const cumulative: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    cumulative.push(sum);
  }
  const shares = cumulative.map((weight) => weight / sum);
  // Counted as NumPy's arange counts, so that there are as many.
  const percents = Array.from({ length: Math.ceil(1 / epsilon) }, (_, index) => epsilon + index * epsilon);
  const totals = percents.map((percent) => interpolate(percent, shares, cumulative));
  return {
    values: percents.map((percent) => Math.fround(interpolate(percent, shares, values))),
    weights: totals.map((total, index) => Math.fround(total - (totals[index - 1] ?? 0))),
  };
}

/** Linear between the points, constant beyond them. */
function interpolate(x: number, xs: readonly number[], ys: readonly number[]): number {
  const after = xs.findIndex((each) => each > x);
  if (after < 0) return ys.at(-1) as number;
  if (after === 0) return ys[0] as number;
  const [x0, x1] = [xs[after - 1] as number, xs[after] as number];
  const [y0, y1] = [ys[after - 1] as number, ys[after] as number];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
