// Weights of classes as weights of samples.
import { ValueError } from '../../errors/index.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import type { HostData } from './host-data.ts';
import { isNested } from './step-data.ts';

/** What each class counts, by its number; classes that are not there count 1. */
export type ClassWeight = Readonly<Record<number, number>> | ReadonlyMap<number, number>;

/** The weight of each sample by its class: integer labels (batch,) or (batch, 1), or one-hot ones (batch, ..., classes). */
export function classWeightToSampleWeights(y: HostData | undefined, classWeight: ClassWeight): NDArray {
  if (y === undefined || y === null || isNested(y)) {
    throw new ValueError('`class_weight` is only supported for Models with a single output.', { code: 'class-weight' });
  }
  const { shape, data } = y as NDArray;
  const rows = shape[0] ?? 0;
  const perRow = rows === 0 ? 0 : data.length / rows;
  const isOneHot = shape.length > 1 && shape.at(-1) !== 1;
  const weightOf = (label: number): number =>
    (classWeight instanceof Map ? classWeight.get(label) : (classWeight as Record<number, number>)[label]) ?? 1;
  const weights = Float32Array.from({ length: rows }, (_, row) =>
    weightOf(isOneHot ? indexOfLargest(data, row * perRow, perRow) : Math.round(Number(data[row * perRow]))),
  );
  return ndarray('float32', [rows], weights);
}

function indexOfLargest(data: NDArray['data'], start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) if (Number(data[start + index]) > Number(data[start + best])) best = index;
  return best;
}
