// Compares a random sample with the statistics of another sample of the same size.
import type { JsonObject } from './case.ts';

/** Standard errors that two samples may be apart. */
const SIGMAS = 5;

export function statisticDifferences(values: ArrayLike<number | bigint>, expected: JsonObject): string[] {
  const count = values.length;
  const numbers = Array.from(values, Number);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const std = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  const wantedStd = Number(expected['std']);
  // Both samples scatter: the difference of two means has sqrt(2) the error of one; that of a std is about std / sqrt(2 n), more with heavy tails.
  const meanBound = (SIGMAS * Math.SQRT2 * Math.max(wantedStd, std)) / Math.sqrt(count);
  const stdBound = Math.max(0.03 * wantedStd, (SIGMAS * Math.max(wantedStd, std)) / Math.sqrt(count));
  const problems: string[] = [];
  if (!(Math.abs(mean - Number(expected['mean'])) <= meanBound + 1e-12))
    problems.push(`mean is ${mean}, expected ${String(expected['mean'])} within ${meanBound}`);
  if (!(Math.abs(std - wantedStd) <= stdBound + 1e-12))
    problems.push(`standard deviation is ${std}, expected ${wantedStd} within ${stdBound}`);
  return problems;
}
