// The library stages by their definition, on logical row-major values.
import type { Lane } from '../kernel-ir/arithmetic.ts';
import type { MemoryType } from '../kernel-ir/types.ts';
import { evaluateElementwise, fitType, isFloatType } from './evaluate-elementwise.ts';
import type { LibraryStage } from './stage.ts';

/** Calls `visit` with the positions of each line along the axis. */
function forEachLine(shape: readonly number[], axis: number, visit: (positions: number[]) => void): void {
  const extent = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const outer = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) visit(Array.from({ length: extent }, (_, k) => (o * extent + k) * inner + i));
  }
}

/** Below, equal, above; NaN after all numbers. */
function compareValues(a: Lane, b: Lane): number {
  const [isNaNA, isNaNB] = [Number.isNaN(a), Number.isNaN(b)];
  if (isNaNA || isNaNB) return Number(isNaNA) - Number(isNaNB);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function evaluateSort(operands: readonly (readonly Lane[])[], shape: readonly number[], axis: number, keys: number): Lane[][] {
  const results = operands.map((operand) => [...operand]);
  forEachLine(shape, axis, (positions) => {
    const order = [...positions].sort((a, b) => {
      for (let key = 0; key < keys; key++) {
        const operand = operands[key] as readonly Lane[];
        const sign = compareValues(operand[a] as Lane, operand[b] as Lane);
        if (sign !== 0) return sign;
      }
      return a - b;
    });
    operands.forEach((operand, number) => {
      positions.forEach((position, rank) => {
        (results[number] as Lane[])[position] = operand[order[rank] as number] as Lane;
      });
    });
  });
  return results;
}

/** Largest first, NaN before all numbers, the first of equal ones first. */
export function evaluateTopK(input: readonly Lane[], shape: readonly number[], k: number): { values: Lane[]; indices: number[] } {
  const values: Lane[] = [];
  const indices: number[] = [];
  forEachLine(shape, shape.length - 1, (positions) => {
    const order = positions
      .map((_, rank) => rank)
      .sort((a, b) => compareValues(input[positions[b] as number] as Lane, input[positions[a] as number] as Lane) || a - b);
    for (const rank of order.slice(0, k)) {
      values.push(input[positions[rank] as number] as Lane);
      indices.push(rank);
    }
  });
  return { values, indices };
}

const OPS = { sum: 'add', product: 'multiply', max: 'maximum', min: 'minimum' } as const;

/** Floats are combined in double and rounded where they are stored. */
export function evaluateCumulative(
  input: readonly Lane[],
  shape: readonly number[],
  type: MemoryType,
  stage: Extract<LibraryStage, { kind: 'cumulative' }>,
): Lane[] {
  const result = [...input];
  const combined = isFloatType(type) ? 'f64' : type;
  forEachLine(shape, stage.axis, (positions) => {
    const order = stage.reverse ? [...positions].reverse() : positions;
    let total: Lane | undefined;
    for (const at of order) {
      const value = input[at] as Lane;
      total = total === undefined ? value : evaluateElementwise(OPS[stage.op], combined, combined, [total, value]);
      result[at] = fitType(type, total);
    }
  });
  return result;
}

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;

/** Threefry-2x32 with 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const keys = [key[0], key[1], (key[0] ^ key[1] ^ 0x1bd11bda) >>> 0] as const;
  let x = (counter[0] + keys[0]) >>> 0;
  let y = (counter[1] + keys[1]) >>> 0;
  for (let group = 0; group < 5; group++) {
    for (const rotation of ROTATIONS[group % 2] as readonly number[]) {
      x = (x + y) >>> 0;
      y = (rotate(y, rotation) ^ x) >>> 0;
    }
    x = (x + (keys[(group + 1) % 3] as number)) >>> 0;
    y = (y + (keys[(group + 2) % 3] as number) + group + 1) >>> 0;
  }
  return [x, y];
}

/** Counters 0, 1, ... in two halves; of an odd count the second half ends with a 0 and the last result is dropped. */
export function evaluateRandomBits(key: readonly number[], count: number): number[] {
  const half = Math.ceil(count / 2);
  const first: number[] = [];
  const second: number[] = [];
  for (let position = 0; position < half; position++) {
    const upper = half + position < count ? half + position : 0;
    const [x, y] = threefry([key[0] as number, key[1] as number], [position, upper]);
    first.push(x);
    second.push(y);
  }
  return [...first, ...second].slice(0, count);
}
