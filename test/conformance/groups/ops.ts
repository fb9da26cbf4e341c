// Replays cases of `keras.ops` and `keras.activations`: values, and shapes of symbolic calls.
import { KerasTensor, ops, Tensor } from '../../../compiler/index.ts';
import { mapStructure, type Nested } from '../../../compiler/keras/engine/structure.ts';
import { activationNamed, opNamed, translateArguments } from '../call-op.ts';
import { type Case, type Json, type JsonObject, Mismatch, Skip } from '../case.ts';
import { type Closeness, differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { type GradientSection, gradientProblems } from '../gradient-problems.ts';
import { hostValues, isTensorValue, typeOf } from '../host-values.ts';
import { closenessFor } from '../tolerances.ts';

interface OpCase extends Case {
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  readonly output: Json;
  readonly symbolic_output?: Json;
  readonly compare?: string;
  readonly note?: string;
}

type Callable = (...args: readonly unknown[]) => unknown;

export function runOp(item: Case, context: GroupContext): void {
  const name = String(item['op']);
  replay(item as OpCase, opNamed(name), name, 'keras.ops', context);
}

export function runActivation(item: Case, context: GroupContext): void {
  const name = String(item['activation']);
  replay(item as OpCase, activationNamed(name), name, 'keras.activations', context);
}

function replay(item: OpCase, op: Callable, name: string, module: string, context: GroupContext): void {
  const args = context.decode(item.args) as unknown[];
  const kwargs = context.decode(item.kwargs) as Record<string, unknown>;
  const call = (values: readonly unknown[], named: Record<string, unknown>): unknown =>
    op(...translateArguments(name, context.signatures(module), values, named));
  if (item.note?.startsWith('curried')) {
    const [first, ...rest] = args;
    const inner = call([first], kwargs) as Callable;
    return check(item, inner(...rest), context);
  }
  const output = call(args, kwargs);
  const problems = gradientProblems(item as GradientSection, output, { args, kwargs }, context, closenessFor(item));
  check(item, output, context);
  throwIfAny(problems);
  if (item.symbolic_output !== undefined && isConsistent(item.symbolic_output, item.output)) {
    const symbolic = call(args.map(toSymbolic), toSymbolic(kwargs) as Record<string, unknown>);
    throwIfAny(symbolicDifferences(symbolic, item.symbolic_output, 'symbolic output'));
  }
}

/** Keras's symbolic result contradicts its own values in places: another rank, dtype or known dimension. Then the values count alone. */
function isConsistent(symbolic: Json, output: Json): boolean {
  if (Array.isArray(symbolic) && Array.isArray(output))
    return symbolic.every((item, index) => isConsistent(item as Json, output[index] as Json));
  const { shape, dtype } = (symbolic ?? {}) as { readonly shape?: Json; readonly dtype?: Json };
  const actual = (output ?? {}) as { readonly shape?: Json; readonly dtype?: Json };
  if (!Array.isArray(shape) || !Array.isArray(actual.shape)) return true;
  const dims = actual.shape as readonly number[];
  return shape.length === dims.length && dtype === actual.dtype && shape.every((dim, axis) => dim === null || dim === dims[axis]);
}

function check(item: OpCase, output: unknown, context: GroupContext): void {
  const expected = context.decode(item.output);
  const closeness = closenessFor(item);
  switch (item.compare) {
    case undefined:
    case 'exact_pivots':
      return throwIfAny(differences(output, expected, closeness));
    case 'shape':
      return throwIfAny(shapeDifferences(output, expected));
    case 'up_to_sign':
      return throwIfAny(differences(absolute(output), absolute(expected), closeness));
    case 'up_to_order_and_sign':
      return throwIfAny(eigenDifferences(output, expected, closeness.tolerance));
    case 'partition':
      return throwIfAny(partitionDifferences(output, item, context, closeness));
    default:
      throw new Skip(`comparison ${item.compare}`);
  }
}

const shapeDifferences = (output: unknown, expected: unknown): string[] => {
  const found = mapStructure(output as Nested<unknown>, (leaf) => (isTensorValue(leaf) ? [...typeOf(leaf).shape] : leaf));
  const wanted = mapStructure(expected as Nested<unknown>, (leaf) => (isTensorValue(leaf) ? [...typeOf(leaf).shape] : leaf));
  return JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [`shapes are ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`];
};

/** Eigenpairs of each matrix, in any order; vectors of length 1 up to a factor of size 1. */
function eigenDifferences(output: unknown, expected: unknown, tolerance: number): string[] {
  const pairs = (value: unknown): { readonly value: Complex; readonly vector: Complex[] }[][] => {
    const [values, vectors] = (value as [ops.ComplexTensor<Tensor>, ops.ComplexTensor<Tensor>]).map(numbersOf) as [Complex[], Complex[]];
    const size = (value as [ops.ComplexTensor<Tensor>])[0].shape.at(-1) as number;
    const vector = (matrix: number, column: number): Complex[] =>
      Array.from({ length: size }, (_, row) => vectors[(matrix * size + row) * size + column] as Complex);
    return Array.from({ length: values.length / size }, (_, matrix) =>
      Array.from({ length: size }, (_unused, k) => ({ value: values[matrix * size + k] as Complex, vector: vector(matrix, k) })),
    );
  };
  const found = pairs(output);
  return pairs(expected).flatMap((wanted, matrix) =>
    wanted.flatMap(({ value, vector }) => {
      const isSame = (other: { readonly value: Complex; readonly vector: Complex[] }): boolean =>
        Math.hypot(other.value[0] - value[0], other.value[1] - value[1]) <= tolerance * Math.max(1, Math.hypot(...value)) &&
        Math.abs(alignment(other.vector, vector) - 1) <= tolerance;
      return found[matrix]?.some(isSame) ? [] : [`matrix ${matrix} lacks the eigenvalue ${value.join(' + ')}i, or its vector`];
    }),
  );
}

type Complex = readonly [number, number];

const numbersOf = ({ real, imag }: ops.ComplexTensor<Tensor>): Complex[] => {
  const parts = [real, imag].map((part) => Array.from(hostValues(part), Number)) as [number[], number[]];
  return parts[0].map((value, index) => [value, parts[1][index] as number]);
};

/** |u^H v| */
function alignment(u: readonly Complex[], v: readonly Complex[]): number {
  const sum = u.reduce<Complex>(
    ([re, im], [a, b], index) => {
      const [c, d] = v[index] as Complex;
      return [re + a * c + b * d, im + a * d - b * c];
    },
    [0, 0],
  );
  return Math.hypot(...sum);
}

const absolute = (value: unknown): unknown =>
  mapStructure(value as Nested<unknown>, (leaf) =>
    isTensorValue(leaf) ? Array.from(hostValues(leaf), (element) => Math.abs(Number(element))) : leaf,
  );

/** argpartition promises only which elements lie before the kth along the axis. */
function partitionDifferences(output: unknown, item: OpCase, context: GroupContext, closeness: Closeness): string[] {
  const problems = shapeDifferences(output, context.decode(item.output));
  if (problems.length > 0) return problems;
  const kth = Number(item.kwargs['kth'] ?? item.args[1]);
  const axis = Number(item.kwargs['axis'] ?? item.args[2] ?? -1);
  const chosen = (value: unknown): unknown => sortedHead(value as Tensor, kth, axis);
  return differences(chosen(output), chosen(context.decode(item.output)), closeness);
}

function sortedHead(value: Tensor, kth: number, axis: number): number[] {
  const { shape } = typeOf(value);
  const values = Array.from(hostValues(value), Number);
  const at = axis < 0 ? axis + shape.length : axis;
  const inner = shape.slice(at + 1).reduce((product, dim) => product * dim, 1);
  const length = shape[at] as number;
  const lines = values.length / length;
  return Array.from({ length: lines }, (_, line) => {
    const start = Math.floor(line / inner) * inner * length + (line % inner);
    const items = Array.from({ length: kth + 1 }, (_unused, index) => values[start + index * inner] as number);
    return items.sort((a, b) => a - b);
  }).flat();
}

/** Tensors become symbolic, with an unknown first dimension. */
export const toSymbolic = (value: unknown): unknown =>
  mapStructure(value as Nested<unknown>, (leaf) => {
    if (leaf instanceof Tensor) return new KerasTensor(leaf.rank === 0 ? [] : [null, ...leaf.shape.slice(1)], { dtype: leaf.dtype });
    return leaf instanceof ops.ComplexTensor
      ? new ops.ComplexTensor(toSymbolic(leaf.real) as KerasTensor, toSymbolic(leaf.imag) as KerasTensor)
      : leaf;
  });

/** `expected` holds { shape, dtype } where the output has a tensor. */
export function symbolicDifferences(output: unknown, expected: Json, path: string): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(output)) return [`${path} is not a list`];
    return expected.flatMap((item, index) => symbolicDifferences(output[index], item as Json, `${path}.${index}`));
  }
  if (typeof expected !== 'object' || expected === null)
    return output === expected ? [] : [`${path} is ${String(output)}, expected ${String(expected)}`];
  const { shape, dtype, ...rest } = expected as JsonObject;
  if (!Array.isArray(shape)) {
    return Object.entries({ ...rest, shape, dtype }).flatMap(([key, item]) =>
      item === undefined ? [] : symbolicDifferences((output as Record<string, unknown>)[key], item, `${path}.${key}`),
    );
  }
  // What Keras leaves to a symbolic tensor (a rank, a size) kerasc may know at once.
  if (typeof output === 'number' || output === null) return [];
  const found = output as { readonly shape?: readonly (number | null)[]; readonly dtype?: string };
  const isEqual = JSON.stringify(found?.shape) === JSON.stringify(shape) && found?.dtype === dtype;
  return isEqual ? [] : [`${path} is ${found?.dtype}${JSON.stringify(found?.shape)}, expected ${String(dtype)}${JSON.stringify(shape)}`];
}

export function throwIfAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new Mismatch(problems);
}
