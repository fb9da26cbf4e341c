// Evaluates stage expressions by plain recursion, one element at a time: the oracle that schedules are tested against.
import type { Lane } from '../kernel-ir/arithmetic.ts';
import { loadLanes, storeLanes, viewMemory } from '../kernel-ir/memory.ts';
import type { MemoryType } from '../kernel-ir/types.ts';
import { evaluateCast, evaluateElementwise, fitType, isFloatType, isWideInteger } from './evaluate-elementwise.ts';
import type { Axis, Bound, Buffer, ComputeStage, IndexExpr, StageExpr } from './stage.ts';
import { walk } from './walk.ts';

/** A buffer's logical values, row-major. */
export type Values = Lane[];

export interface Environment {
  readonly buffer: (id: number) => Buffer;
  readonly values: (id: number) => Values;
  /** Results of reductions, kept while what they read does not change. */
  readonly reductions?: ReductionCache;
}

/** Reductions by the positions of the axes that they depend on: without it nested ones would cost the product of their extents. */
class ReductionCache {
  readonly #results = new Map<StageExpr, { readonly axes: readonly Axis[]; readonly byPosition: Map<string, Lane> }>();

  get(expr: StageExpr, point: Point, compute: () => Lane): Lane {
    const entry = this.#results.get(expr) ?? { axes: boundAxes(expr), byPosition: new Map<string, Lane>() };
    this.#results.set(expr, entry);
    const key = entry.axes.map((axis) => point.get(axis)).join(' ');
    const result = entry.byPosition.get(key) ?? compute();
    entry.byPosition.set(key, result);
    return result;
  }
}

/** All axes that occur, but for those of reductions. */
function boundAxes(root: StageExpr): readonly Axis[] {
  const axes = new Set<Axis>();
  const reduced = new Set<Axis>();
  walk(
    root,
    (expr) => {
      if (expr.kind === 'reduce') expr.axes.forEach((axis) => reduced.add(axis));
    },
    (part) => {
      if (part.kind === 'axis') axes.add(part.axis);
    },
  );
  return [...axes].filter((axis) => !reduced.has(axis));
}

type Point = Map<Axis, number>;

/** Computes the stage's output elements in place. */
export function evaluateStage(stage: ComputeStage, { buffer, values: valuesOf }: Environment): void {
  const environment: Environment = { buffer, values: valuesOf, reductions: new ReductionCache() };
  const target = environment.buffer(stage.output);
  const values = environment.values(stage.output);
  forEachPoint(stage.axes, new Map(), (point) => {
    const evaluator = new Evaluator(environment, point);
    const at = linearPosition(
      target,
      stage.store.map((index) => evaluator.index(index)),
    );
    values[at] = evaluator.value(stage.body);
  });
}

/** Calls `visit` with every combination of the axes' positions, the last axis fastest. */
export function forEachPoint(axes: readonly Axis[], point: Point, visit: (point: Point) => void): void {
  const [first, ...rest] = axes;
  if (!first) return visit(point);
  for (let position = 0; position < first.extent; position++) {
    point.set(first, position);
    forEachPoint(rest, point, visit);
  }
}

export function linearPosition(buffer: Buffer, indices: readonly number[]): number {
  if (indices.length !== buffer.shape.length)
    throw new Error(`kerasc bug: ${indices.length} indices into ${buffer.name} of rank ${buffer.shape.length}`);
  return indices.reduce((at, index, dim) => {
    const extent = buffer.shape[dim] as number;
    if (index < 0 || index >= extent) throw new Error(`kerasc bug: index ${index} of ${buffer.name} dim ${dim}, extent ${extent}`);
    return at * extent + index;
  }, 0);
}

/** Values at one point of the iteration space; shared nodes are computed once. */
export class Evaluator {
  readonly #environment: Environment;
  readonly #point: Point;
  readonly #done = new Map<StageExpr, Lane>();

  constructor(environment: Environment, point: Point) {
    this.#environment = environment;
    this.#point = point;
  }

  value(expr: StageExpr): Lane {
    const known = this.#done.get(expr);
    if (known !== undefined) return known;
    const result = this.#compute(expr);
    this.#done.set(expr, result);
    return result;
  }

  holds(conditions: readonly Bound[]): boolean {
    return conditions.every(({ index, extent }) => {
      const value = this.index(index);
      return value >= 0 && value < extent;
    });
  }

  #compute(expr: StageExpr): Lane {
    switch (expr.kind) {
      case 'constant':
        return isWideInteger(expr.type) ? BigInt(expr.value) : fitType(expr.type, expr.value);
      case 'position':
        return fitType(expr.type, this.index(expr.index));
      case 'load':
        return this.#load(expr.buffer, expr.indices);
      case 'elementwise': {
        const operand = (expr.op === 'select' ? expr.args[1] : expr.args[0]) as StageExpr;
        return evaluateElementwise(
          expr.op,
          operand.type,
          expr.type,
          expr.args.map((arg) => this.value(arg)),
        );
      }
      case 'cast':
        return evaluateCast(expr.value.type, expr.type, this.value(expr.value));
      case 'bitcast':
        return bitcastElement(expr.value.type, expr.type, this.value(expr.value));
      case 'reduce':
        return this.#environment.reductions?.get(expr, this.#point, () => this.#reduce(expr)) ?? this.#reduce(expr);
      case 'guard':
        return this.value(this.holds(expr.conditions) ? expr.body : expr.otherwise);
      default:
        return expr satisfies never;
    }
  }

  /** Loads may reach into the halo, which holds zeros. */
  #load(id: number, indices: readonly IndexExpr[]): Lane {
    const buffer = this.#environment.buffer(id);
    const at = indices.map((index) => this.index(index));
    const isInHalo = at.some((index, dim) => {
      const [before, after] = buffer.layout.halo[dim] ?? [0, 0];
      const extent = buffer.shape[dim] as number;
      if (index < -before || index >= extent + after)
        throw new Error(`kerasc bug: index ${index} of ${buffer.name} dim ${dim}, extent ${extent}`);
      return index < 0 || index >= extent;
    });
    if (isInHalo) return isWideInteger(buffer.type) ? 0n : 0;
    return this.#environment.values(id)[linearPosition(buffer, at)] as Lane;
  }

  #reduce(expr: Extract<StageExpr, { kind: 'reduce' }>): Lane {
    const state = new Reducer(expr);
    const operand = expr.body.type;
    forEachPoint(expr.axes, new Map(this.#point), (point) => {
      const value = new Evaluator(this.#environment, point).value(expr.body);
      state.take(value, point.get(expr.axes[0] as Axis) ?? 0, operand);
    });
    return state.result();
  }

  index(index: IndexExpr): number {
    switch (index.kind) {
      case 'constant':
        return index.value;
      case 'axis': {
        const position = this.#point.get(index.axis);
        if (position === undefined) throw new Error(`kerasc bug: axis ${index.axis.name} is not bound`);
        return position;
      }
      case 'add':
        return this.index(index.left) + this.index(index.right);
      case 'multiply':
        // `+ 0` keeps -0 out.
        return this.index(index.value) * index.factor + 0;
      case 'divide':
        return Math.floor(this.index(index.value) / index.divisor);
      case 'remainder':
        return this.index(index.value) - index.divisor * Math.floor(this.index(index.value) / index.divisor);
      case 'clamp':
        return Math.max(0, Math.min(this.index(index.value), index.extent - 1));
      case 'value':
        return Number(this.value(index.expr));
      default:
        return index satisfies never;
    }
  }
}

/** Float sums and products are kept in double and rounded at the end. */
class Reducer {
  readonly #expr: Extract<StageExpr, { kind: 'reduce' }>;
  #total: Lane;
  #best: Lane | undefined;
  #position = 0;

  constructor(expr: Extract<StageExpr, { kind: 'reduce' }>) {
    this.#expr = expr;
    this.#total = neutralElement(expr.op, expr.body.type);
  }

  take(value: Lane, position: number, operand: MemoryType): void {
    const { op } = this.#expr;
    if (op === 'argmax' || op === 'argmin') return this.#takeExtreme(value, position);
    if (op === 'and') this.#total = this.#total && value;
    else if (op === 'or') this.#total = this.#total || value;
    else if (isFloatType(operand)) this.#total = combineFloats(op, this.#total as number, value as number);
    else this.#total = evaluateElementwise(INTEGER_OPS[op], operand, operand, [this.#total, value]);
  }

  /** The first extreme wins; a NaN is more extreme than all numbers. */
  #takeExtreme(value: Lane, position: number): void {
    const best = this.#best;
    const isBetter =
      best === undefined || (Number.isNaN(value) && !Number.isNaN(best)) || (this.#expr.op === 'argmax' ? value > best : value < best);
    if (!isBetter || Number.isNaN(best)) return;
    this.#best = value;
    this.#position = position;
  }

  result(): Lane {
    const isPosition = this.#expr.op === 'argmax' || this.#expr.op === 'argmin';
    return fitType(this.#expr.type, isPosition ? this.#position : this.#total);
  }
}

const INTEGER_OPS = { sum: 'add', product: 'multiply', max: 'maximum', min: 'minimum' } as const;

function combineFloats(op: 'sum' | 'product' | 'max' | 'min', a: number, b: number): number {
  if (op === 'sum') return a + b;
  if (op === 'product') return a * b;
  return op === 'max' ? Math.max(a, b) : Math.min(a, b);
}

const LIMITS: Partial<Record<MemoryType, readonly [Lane, Lane]>> = {
  bool: [0, 1],
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32768, 32767],
  u16: [0, 65535],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

/** What a reduction over nothing gives. */
export function neutralElement(op: Extract<StageExpr, { kind: 'reduce' }>['op'], type: MemoryType): Lane {
  const [low, high] = LIMITS[type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  switch (op) {
    case 'max':
      return low;
    case 'min':
      return high;
    case 'product':
      return isWideInteger(type) ? 1n : 1;
    case 'and':
      return 1;
    default:
      return isWideInteger(type) ? 0n : 0;
  }
}

function bitcastElement(from: MemoryType, to: MemoryType, value: Lane): Lane {
  const buffer = new ArrayBuffer(8);
  storeLanes(from, { array: viewMemory(from, buffer, 0, 1), index: 0 }, 0, [value]);
  return loadLanes(to, { array: viewMemory(to, buffer, 0, 1), index: 0 }, 0, 1)[0] as Lane;
}
