// Replays random functions: shapes, dtypes, and the statistics of a sample.
import { random, type Tensor } from '../../../compiler/index.ts';
import { toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import { translateArguments } from '../call-op.ts';
import { type Case, type Json, type JsonObject, Mismatch, Skip } from '../case.ts';
import type { GroupContext } from '../context.ts';
import { hostValues } from '../host-values.ts';
import { statisticDifferences } from '../statistics.ts';
import { throwIfAny } from './ops.ts';

type Draw = (...args: readonly unknown[]) => Tensor;

/** Standard errors that the share of a value may be apart in two samples. */
const SIGMAS = 5;

export function runRandom(item: Case, context: GroupContext): void {
  const name = String(item['function']);
  const draw = (random as unknown as Record<string, Draw | undefined>)[toCamelCase(name)];
  if (!draw) throw new Skip(`random.${name} is not there`);
  const args = context.decode(item['args'] as Json) as unknown[];
  const kwargs = context.decode((item['kwargs'] ?? {}) as Json) as JsonObject;
  const sample = draw(...translateArguments(name, context.signatures('keras.random'), args, kwargs));
  requireType(sample, item);
  const values = Array.from(hostValues(sample), Number);
  const drawn = independentValues(values, sample.shape, kwargs['noise_shape'] as readonly number[] | undefined);
  throwIfAny([...statisticDifferences(drawn, item['statistics'] as JsonObject), ...frequencyProblems(values, item)]);
  if ('property' in item) requirePermutation(values, Array.from(hostValues(args[0] as Tensor), Number));
}

/** Elements that share their fate along axes of size 1 in the noise shape count once. */
function independentValues(values: readonly number[], shape: readonly number[], noiseShape: readonly number[] = shape): number[] {
  return values.filter((_, index) => {
    let rest = index;
    return [...shape].reverse().every((size, axis) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place < (noiseShape.at(-1 - axis) as number);
    });
  });
}

function requireType(sample: Tensor, item: Case): void {
  const [shape, dtype] = [JSON.stringify(sample.shape), sample.dtype];
  if (shape !== JSON.stringify(item['shape'])) throw new Mismatch([`the shape is ${shape}, expected ${JSON.stringify(item['shape'])}`]);
  if (dtype !== item['dtype']) throw new Mismatch([`the dtype is ${dtype}, expected ${String(item['dtype'])}`]);
}

/** How often each value occurs, within what two samples of this size may differ. */
function frequencyProblems(values: readonly number[], item: Case): string[] {
  const expected = Object.entries((item['frequencies'] ?? {}) as Readonly<Record<string, number>>);
  return expected.flatMap(([value, share]) => {
    const found = values.filter((other) => other === Number(value)).length / values.length;
    const bound = SIGMAS * Math.sqrt((2 * Math.max(share * (1 - share), 1 / values.length)) / values.length);
    return Math.abs(found - share) > bound ? [`the share of ${value} is ${found}, expected ${share} within ${bound}`] : [];
  });
}

function requirePermutation(values: readonly number[], inputs: readonly number[]): void {
  const sorted = (numbers: readonly number[]): string => JSON.stringify([...numbers].sort((a, b) => a - b));
  if (sorted(values) !== sorted(inputs)) throw new Mismatch(['the values are no permutation of the inputs']);
}
