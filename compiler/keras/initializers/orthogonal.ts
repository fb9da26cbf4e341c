// A matrix with orthogonal columns (or rows, where there are fewer).
import { formatShape, ValueError } from '../../errors/index.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import { RandomInitializer, type SeedOption } from './random-initializers.ts';
import { normalValues } from './random-values.ts';

export interface OrthogonalOptions extends SeedOption {
  /** Factor of the matrix. Default 1. */
  readonly gain?: number;
}

/** The last axis of the weight counts as columns, all others as rows. */
export class Orthogonal extends RandomInitializer {
  readonly gain: number;

  constructor({ gain = 1, seed }: OrthogonalOptions = {}) {
    super(seed);
    this.gain = gain;
  }

  protected override checkShape(shape: Shape): void {
    if (shape.length < 2) {
      throw new ValueError(
        `The tensor to initialize must be at least two-dimensional. Received: shape=${formatShape(shape)} of rank ${shape.length}.`,
        { code: 'initializer-shape' },
      );
    }
  }

  override values(shape: Shape): Float64Array {
    const rows = elementCount(shape.slice(0, -1));
    const columns = shape.at(-1) as number;
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const vectors = normalValues(this.seed, long * short, 0, 1);
    orthonormalize(vectors, short, long);
    // The vectors lie one after the other: as they are, they are the rows of a wide matrix.
    return Float64Array.from({ length: rows * columns }, (_, index) => {
      const at = rows < columns ? index : (index % columns) * long + Math.floor(index / columns);
      return this.gain * (vectors[at] as number);
    });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), gain: this.gain };
  }
}

/** Gram-Schmidt, twice per vector: the second round removes what rounding left of the first. */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  for (let current = 0; current < count; current++) {
    const vector = vectors.subarray(current * length, (current + 1) * length);
    for (let earlier = 0; earlier < 2 * current; earlier++) {
      const start = (earlier % current) * length;
      removeComponent(vector, vectors.subarray(start, start + length));
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let index = 0; index < length; index++) vector[index] = (vector[index] as number) / norm;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

function removeComponent(vector: Float64Array, unit: Float64Array): void {
  const component = dot(vector, unit);
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] as number) - component * (unit[index] as number);
}
