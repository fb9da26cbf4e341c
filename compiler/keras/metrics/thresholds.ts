// Thresholds that turn probabilities into yes and no.
import { ValueError } from '../../errors/index.ts';
import { epsilon } from '../engine/backend-config.ts';

/** Below every prediction: what `topK` leaves out gets this score. */
export const LOWEST = -1e10;

/** One threshold or several, in [0, 1]. */
export type Thresholds = number | readonly number[] | null;

export interface ThresholdList {
  readonly values: readonly number[];
  /** Whether they are 0, 1 / (n - 1), ..., 1, so that a prediction's place among them can be computed. */
  readonly areEven: boolean;
}

/** The thresholds as a list. Throws ValueError on one outside [0, 1]. */
export function parseThresholds(thresholds: Thresholds, fallback = 0.5): ThresholdList {
  const values = thresholds === null ? [fallback] : typeof thresholds === 'number' ? [thresholds] : thresholds;
  const invalid = thresholds === null ? [] : values.filter((value) => !(value >= 0 && value <= 1));
  if (invalid.length > 0) {
    throw new ValueError(`Threshold values must be in [0, 1]. Received: [${invalid.join(', ')}]`, { code: 'metric-option' });
  }
  return { values, areEven: areEven(values) };
}

/** `count` thresholds from 0 to 1 in equal steps; a single one is 0.5. */
export const evenThresholds = (count: number): ThresholdList =>
  count === 1
    ? { values: [0.5], areEven: false }
    : { values: Array.from({ length: count }, (_, index) => index / (count - 1)), areEven: true };

/** Whether at least three thresholds are even, within the tolerance of NumPy's `allclose`. */
export function areEven(values: readonly number[]): boolean {
  const isEven = (value: number, index: number): boolean => {
    const expected = Math.fround(index / (values.length - 1));
    return Math.abs(value - expected) <= epsilon() + 1e-5 * expected;
  };
  return values.length >= 3 && values.every(isEven);
}
