// Reductions as loops with accumulators: several independent ones where the loop is long, vectors of partial results where the elements
// lie side by side, and blocks of partial sums so that long sums stay accurate.
import type { Block } from '../../kernel-ir/block.ts';
import {
  binary,
  compare,
  constant,
  convert,
  index,
  reduceLanes,
  register,
  registerFor,
  select,
  splat,
  valueType,
} from '../../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterType } from '../../kernel-ir/types.ts';
import { castElement, fitElement, isFloatRegister } from '../../math/convert-elements.ts';
import { neutralElement } from '../../stage/evaluate.ts';
import { addIndex, axisIndex, constantIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { substitute } from '../../stage/substitute.ts';
import { isExpensive } from './cost.ts';
import type { ValueEmitter } from './emit-value.ts';
import { Scope, type VectorLoop } from './scope.ts';
import { type TightBounds, tightenLoops } from './tighten-loops.ts';
import { isVectorizable } from './vector-axis.ts';

type Reduce = Extract<StageExpr, { kind: 'reduce' }>;

/** Independent accumulators of a long loop: enough to hide the latency of an addition. */
const ACCUMULATORS = 4;
/** Terms that one accumulator takes before it is added to the total: rounding errors grow with this, not with the whole length. */
const LONGEST_CHAIN = 512;

export function emitReduction(emitter: ValueEmitter, expr: Reduce, scope: Scope, count: number): Expr {
  if (expr.axes.some(({ extent }) => extent === 0))
    return splat(constant(neutralElement(expr.op, expr.type), registerFor(expr.type)), count);
  if (expr.op === 'argmax' || expr.op === 'argmin') return emitExtremePosition(emitter, expr, scope, count);
  const reduction = new Reduction(emitter, expr, scope, count);
  return fitElement(reduction.emit(), expr.type);
}

class Reduction {
  readonly #emitter: ValueEmitter;
  readonly #expr: Reduce;
  readonly #scope: Scope;
  readonly #inner: Axis;
  /** Accumulators are vectors along the reduced axis itself. */
  readonly #innerLanes: number;
  readonly #type: RegisterType;
  readonly #unroll: number;
  readonly #body: StageExpr;
  readonly #bounds: ReadonlyMap<Axis, TightBounds>;

  constructor(emitter: ValueEmitter, expr: Reduce, scope: Scope, count: number) {
    this.#emitter = emitter;
    this.#expr = expr;
    this.#scope = scope;
    const { body, bounds } = tightenLoops(expr, emitter.dependences);
    this.#body = body;
    this.#bounds = bounds;
    this.#inner = expr.axes.at(-1) as Axis;
    this.#innerLanes = count === 1 && !scope.vector ? this.#lanesAlong(this.#inner) : 1;
    this.#type = { ...registerFor(expr.body.type), lanes: Math.max(count, this.#innerLanes) };
    // Where an element takes long to compute, the next addition does not wait for the one before.
    const isLong = this.#inner.extent >= 2 * ACCUMULATORS * this.#innerLanes && !bounds.has(this.#inner);
    this.#unroll = isLong && !isExpensive(body) ? ACCUMULATORS : 1;
  }

  #lanesAlong(axis: Axis): number {
    const { op } = this.#expr;
    const body = this.#body;
    const lanes = this.#emitter.targetLanes;
    const isSupported = op !== 'and' && op !== 'or' && body.type !== 'bool';
    const depends = this.#emitter.dependences.freeAxes(body).has(axis);
    return isSupported &&
      depends &&
      axis.extent >= lanes &&
      !this.#bounds.has(axis) &&
      isVectorizable(body, axis, this.#emitter.dependences)
      ? lanes
      : 1;
  }

  emit(): Expr {
    const { block } = this.#scope;
    const total = this.#neutral(block, this.#type, 'total');
    const hasTail = this.#innerLanes > 1 && this.#inner.extent % this.#innerLanes !== 0;
    const tail = hasTail ? this.#neutral(block, { ...this.#type, lanes: 1 }, 'tail') : undefined;
    this.#loops(0, this.#scope, total, tail);
    const across = this.#innerLanes > 1 ? acrossLanes(block, this.#expr.op, total) : total;
    return tail ? combine(block, this.#expr.op, across, tail) : across;
  }

  #neutral(block: Block, type: RegisterType, hint: string): Expr {
    return block.variable(constant(neutralElement(this.#expr.op, this.#expr.body.type), type), hint);
  }

  /** Elements that one accumulator sees in all loops from this one inwards. */
  #chainFrom(level: number): number {
    const outer = this.#expr.axes.slice(level, -1).reduce((product, { extent }) => product * extent, 1);
    return (outer * this.#inner.extent) / (this.#innerLanes * this.#unroll);
  }

  #loops(level: number, scope: Scope, total: Expr, tail: Expr | undefined): void {
    const axis = this.#expr.axes[level] as Axis;
    const isInnermost = axis === this.#inner;
    // Partial accumulators start where all loops inside of them are one short enough chain, at the latest in the last loop.
    if (isInnermost || this.#chainFrom(level) <= LONGEST_CHAIN || !this.#isRounded()) {
      return this.#withPartials(scope.block, total, (partials) => this.#accumulate(level, scope, partials, total, tail));
    }
    this.#outer(axis, scope, (place) => this.#loops(level + 1, place, total, tail));
  }

  /** A loop around others. */
  #outer(axis: Axis, scope: Scope, fill: (place: Scope) => void): void {
    const { from, to } = this.#range(axis, scope);
    scope.block.loop(axis.name, from, to, (inner, position) => fill(new Scope(inner, scope, { positions: new Map([[axis, position]]) })));
  }

  /** All of the axis, or what lies inside of the bounds that replaced a guard. */
  #range(axis: Axis, scope: Scope): { from: number | Expr; to: number | Expr } {
    const bounds = this.#bounds.get(axis);
    if (!bounds) return { from: 0, to: axis.extent };
    const value = (position: IndexExpr): Expr => this.#emitter.indices.value(position, scope);
    const from = bounds.from.map(value).reduce((a, b) => binary('max', a, b), index(0));
    const to = bounds.to.map(value).reduce((a, b) => binary('min', a, b), index(axis.extent));
    return { from: scope.block.bind(from, 'first'), to: scope.block.bind(to, 'stop') };
  }

  #isRounded(): boolean {
    return (this.#expr.op === 'sum' || this.#expr.op === 'product') && isFloatRegister(this.#type);
  }

  /** Accumulators of their own around `fill`, added to the total after it. With one accumulator the total itself is used. */
  #withPartials(block: Block, total: Expr, fill: (partials: readonly Expr[]) => void): void {
    const isSeparate = this.#unroll > 1 || this.#chainFrom(0) > LONGEST_CHAIN;
    if (!isSeparate) return fill([total]);
    const partials = Array.from({ length: this.#unroll }, () => this.#neutral(block, this.#type, 'partial'));
    fill(partials);
    const sum = partials.reduce((a, b) => combine(block, this.#expr.op, a, b));
    block.assign(total, combine(block, this.#expr.op, total, sum));
  }

  /** The loops from `level` inwards, adding to the accumulators. */
  #accumulate(level: number, scope: Scope, partials: readonly Expr[], total: Expr, tail: Expr | undefined): void {
    const axis = this.#expr.axes[level] as Axis;
    if (axis === this.#inner) return this.#innermost(scope, partials, total, tail);
    this.#outer(axis, scope, (place) => this.#accumulate(level + 1, place, partials, total, tail));
  }

  #innermost(scope: Scope, partials: readonly Expr[], total: Expr, tail: Expr | undefined): void {
    const { extent } = this.#inner;
    if (this.#bounds.has(this.#inner)) return this.#run(scope, { ...this.#range(this.#inner, scope), lanes: 1 }, partials);
    const step = this.#innerLanes * this.#unroll;
    const main = extent - (extent % step);
    const vectors = extent - (extent % this.#innerLanes);
    const longest = LONGEST_CHAIN * step;
    if (this.#isRounded() && main > longest) this.#blocks(scope, partials, total, main, longest);
    else this.#run(scope, { from: 0, to: main, lanes: this.#innerLanes }, partials);
    if (vectors > main) this.#run(scope, { from: main, to: vectors, lanes: this.#innerLanes }, partials.slice(0, 1));
    if (tail) this.#run(scope, { from: vectors, to: extent, lanes: 1 }, [tail]);
  }

  /** A long loop in blocks; after each the accumulators go into the total and start again. */
  #blocks(scope: Scope, partials: readonly Expr[], total: Expr, main: number, longest: number): void {
    const { block } = scope;
    block.loop(
      'block',
      0,
      main,
      (inner, start) => {
        const end = inner.bind(
          main % longest === 0 ? binary('add', start, index(longest)) : binary('min', binary('add', start, index(longest)), index(main)),
          'end',
        );
        const place = new Scope(inner, scope);
        this.#run(place, { from: start, to: end, lanes: this.#innerLanes }, partials);
        const sum = partials.reduce((a, b) => combine(inner, this.#expr.op, a, b));
        inner.assign(total, combine(inner, this.#expr.op, total, sum));
        for (const partial of partials) inner.assign(partial, constant(neutralElement(this.#expr.op, this.#expr.body.type), this.#type));
      },
      longest,
    );
  }

  /** One loop over the innermost axis that takes one step for each accumulator. */
  #run(scope: Scope, range: { from: number | Expr; to: number | Expr; lanes: number }, accumulators: readonly Expr[]): void {
    // An axis of its own: this loop's vectors are not those of another loop over the same elements.
    const axis: Axis = { name: this.#inner.name, extent: this.#inner.extent };
    const vector: VectorLoop | undefined = range.lanes > 1 ? { axis, lanes: range.lanes } : undefined;
    const step = range.lanes * accumulators.length;
    const fill = (inner: Block, position: Expr): void => {
      const place = new Scope(inner, scope, { positions: new Map([[axis, position]]), vector });
      accumulators.forEach((accumulator, number) => {
        const shifted = substitute(this.#body, new Map([[this.#inner, addIndex(axisIndex(axis), constantIndex(number * range.lanes))]]));
        const value = this.#emitter.inLanes(shifted, place, valueType(accumulator).lanes);
        inner.assign(accumulator, combine(inner, this.#expr.op, accumulator, value));
      });
    };
    const isSingle = typeof range.from === 'number' && range.to === range.from + step;
    if (isSingle) fill(scope.block, index(range.from as number));
    else scope.block.loop(axis.name, range.from, range.to, fill, step);
  }
}

/** Two partial results as one. A NaN in either stays. */
function combine(block: Block, op: Reduce['op'], a: Expr, b: Expr): Expr {
  switch (op) {
    case 'sum':
      return binary('add', a, b);
    case 'product':
      return binary('mul', a, b);
    case 'and':
    case 'or':
      return binary(op, a, b);
    case 'max':
    case 'min':
      return extreme(block, op, a, b);
    default:
      throw new Error(`kerasc bug: ${op} has no accumulator`);
  }
}

function extreme(block: Block, op: 'max' | 'min', a: Expr, b: Expr): Expr {
  const type = valueType(a);
  if (type.scalar === 'bool') return binary(op === 'max' ? 'or' : 'and', a, b);
  if (!isFloatRegister(type)) return binary(op, a, b);
  const value = block.bind(b, 'v');
  return select(compare('ne', value, value), value, binary(op, a, value));
}

/** The lanes of a vector accumulator as one. Reducing lanes by max or min may lose a NaN, so NaN lanes are counted. */
function acrossLanes(block: Block, op: Reduce['op'], total: Expr): Expr {
  const type = valueType(total);
  if (op === 'sum' || op === 'product') return block.bind(reduceLanes(op === 'sum' ? 'add' : 'mul', total), 'across');
  if (op !== 'max' && op !== 'min') throw new Error(`kerasc bug: ${op} across lanes`);
  const result = block.bind(reduceLanes(op, total), 'across');
  if (!isFloatRegister(type)) return result;
  const isNaN = select(compare('ne', total, total), constant(1, type), constant(0, type));
  const hasNaN = compare('gt', reduceLanes('add', isNaN), constant(0, register(type.scalar)));
  return select(hasNaN, constant(Number.NaN, register(type.scalar)), result);
}

/** The position of the first extreme; NaN is more extreme than numbers. */
function emitExtremePosition(emitter: ValueEmitter, expr: Reduce, scope: Scope, count: number): Expr {
  const [axis] = expr.axes as [Axis];
  const operand: MemoryType = expr.body.type;
  const type: RegisterType = { ...registerFor(operand), lanes: count };
  const { block } = scope;
  const best = block.variable(constant(neutralElement(expr.op === 'argmax' ? 'max' : 'min', operand), type), 'best');
  const position = block.variable(constant(0, register('i32', count)), 'position');
  block.loop(axis.name, 0, axis.extent, (inner, at) => {
    const place = new Scope(inner, scope, { positions: new Map([[axis, at]]) });
    const value = inner.bind(emitter.inLanes(expr.body, place, count), 'v');
    const isBetter = inner.bind(isMoreExtreme(expr.op, value, best), 'is_better');
    inner.assign(position, select(isBetter, splat(convert(at, 'i32'), count), position));
    inner.assign(best, selectValue(isBetter, value, best));
  });
  return castElement(position, 'i32', expr.type);
}

function isMoreExtreme(op: Reduce['op'], value: Expr, best: Expr): Expr {
  const { scalar } = valueType(value);
  if (scalar === 'bool') return op === 'argmax' ? binary('and', value, not(best)) : binary('and', not(value), best);
  const isBeyond = compare(op === 'argmax' ? 'gt' : 'lt', value, best);
  if (!isFloatRegister(valueType(value))) return isBeyond;
  return binary('or', isBeyond, binary('and', compare('ne', value, value), compare('eq', best, best)));
}

const not = (value: Expr): Expr => ({ kind: 'unary', type: valueType(value), op: 'not', value });

function selectValue(condition: Expr, onTrue: Expr, onFalse: Expr): Expr {
  if (valueType(onTrue).scalar !== 'bool') return select(condition, onTrue, onFalse);
  return binary('or', binary('and', condition, onTrue), binary('and', not(condition), onFalse));
}
