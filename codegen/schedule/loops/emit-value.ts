// Stage expressions as Kernel IR: each value is computed once, in the outermost loop that it depends on.
import type { Block, Names } from '../../kernel-ir/block.ts';
import {
  add,
  binary,
  compare,
  constant,
  convert,
  index,
  lanes as laneNumbers,
  load,
  mul,
  register,
  registerFor,
  select,
  splat,
  valueType,
} from '../../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterType } from '../../kernel-ir/types.ts';
import { bitcastElement } from '../../math/bitcast-elements.ts';
import { castElement } from '../../math/convert-elements.ts';
import { elementwise } from '../../math/elementwise.ts';
import { rangeOf } from '../../stage/index-arithmetic.ts';
import type { Axis, Bound, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { operandsOf, walk } from '../../stage/walk.ts';
import type { Dependences } from './dependences.ts';
import { IndexEmitter } from './emit-index.ts';
import { emitReduction } from './emit-reduction.ts';
import { Scope } from './scope.ts';

export class ValueEmitter {
  readonly names: Names;
  readonly dependences: Dependences;
  readonly indices: IndexEmitter;
  /** Lanes of the target's vectors, for loops inside of reductions. */
  readonly targetLanes: number;
  readonly #pointerTo: (buffer: number) => Expr;
  readonly #uses: ReadonlyMap<StageExpr, number>;

  constructor(options: {
    names: Names;
    dependences: Dependences;
    targetLanes: number;
    body: StageExpr;
    pointerTo: (buffer: number) => Expr;
  }) {
    this.names = options.names;
    this.dependences = options.dependences;
    this.targetLanes = options.targetLanes;
    this.#pointerTo = options.pointerTo;
    this.#uses = countUses(options.body);
    this.indices = new IndexEmitter(options.dependences, (expr, scope) => this.value(expr, scope));
  }

  /** The value with the lanes that it has of itself: one, unless it depends on the axis of the vector loop. */
  value(expr: StageExpr, scope: Scope): Expr {
    const home = scope.homeOf(this.dependences.freeAxes(expr), this.dependences.isUnsafe(expr));
    const known = home.values.get(expr);
    if (known) return known;
    const result = this.#compute(expr, home);
    const isUsedOnce = home === scope && this.#uses.get(expr) === 1;
    const kept = isUsedOnce ? result : home.block.bind(result, 'v');
    home.values.set(expr, kept);
    return kept;
  }

  /** The value in as many lanes as asked. */
  inLanes(expr: StageExpr, scope: Scope, count: number): Expr {
    const value = this.value(expr, scope);
    if (valueType(value).lanes === count) return value;
    if (value.kind === 'constant') return splat(value, count);
    const home = scope.homeOf(this.dependences.freeAxes(expr), this.dependences.isUnsafe(expr));
    const key = `${count}:${value.kind === 'local' ? value.name : ''}`;
    const known = value.kind === 'local' ? home.splats.get(key) : undefined;
    if (known) return known;
    const result = home.block.bind(splatValue(value, count), 'splat');
    home.splats.set(key, result);
    return result;
  }

  #compute(expr: StageExpr, scope: Scope): Expr {
    const count = scope.lanesOf(this.dependences.freeAxes(expr));
    switch (expr.kind) {
      case 'constant':
        return constant(expr.value, registerFor(expr.type));
      case 'position':
        return this.#position(expr.index, expr.type, scope, count);
      case 'load': {
        const { pointer, offset } = this.indices.address(this.#pointerTo(expr.buffer), expr.indices[0] as IndexExpr, scope);
        return load(pointer, offset, count);
      }
      case 'elementwise': {
        const operand = (expr.op === 'select' ? expr.args[1] : expr.args[0]) as StageExpr;
        return elementwise(
          scope.block,
          expr.op,
          operand.type,
          expr.args.map((arg) => this.inLanes(arg, scope, count)),
        );
      }
      case 'cast':
        return castElement(this.inLanes(expr.value, scope, count), expr.value.type, expr.type);
      case 'bitcast':
        return bitcastElement(scope.block, this.inLanes(expr.value, scope, count), expr.value.type, expr.type);
      case 'reduce':
        return emitReduction(this, expr, scope, count);
      case 'guard':
        return this.#guard(expr, scope, count);
      default:
        return expr satisfies never;
    }
  }

  #position(position: IndexExpr, type: MemoryType, scope: Scope, count: number): Expr {
    const first = this.indices.value(position, scope);
    if (count === 1)
      return castElement(
        convert(first, type.endsWith('64') && type !== 'f64' ? 'i64' : 'i32'),
        type.endsWith('64') && type !== 'f64' ? 'i64' : 'i32',
        type,
      );
    const coefficient = this.dependences.coefficientOf(position, scope.vector?.axis as Axis) as number;
    const steps = mul(laneNumbers('i32', count), constant(coefficient, register('i32', count)));
    return castElement(add(splat(scope.block.bind(convert(first, 'i32'), 'at'), count), steps), 'i32', type);
  }

  #guard(expr: Extract<StageExpr, { kind: 'guard' }>, scope: Scope, count: number): Expr {
    const condition = this.#conditions(expr.conditions, scope);
    const type: RegisterType = { ...registerFor(expr.type), lanes: count };
    const isConstant = expr.otherwise.kind === 'constant';
    const result = scope.block.variable(isConstant ? this.inLanes(expr.otherwise, scope, count) : constant(0, type), 'guarded');
    const assignFrom =
      (part: StageExpr) =>
      (block: Block): void => {
        const inside = new Scope(block, scope, { isBranch: true });
        block.assign(result, this.inLanes(part, inside, count));
      };
    scope.block.when(condition, assignFrom(expr.body), isConstant ? undefined : assignFrom(expr.otherwise));
    return result;
  }

  #conditions(conditions: readonly Bound[], scope: Scope): Expr {
    const parts = conditions.flatMap(({ index: position, extent }) => {
      const value = scope.block.bind(this.indices.value(position, scope), 'at');
      const { low, high } = rangeOf(position);
      return [...(low < 0 ? [compare('ge', value, index(0))] : []), ...(high >= extent ? [compare('lt', value, index(extent))] : [])];
    });
    return parts.length === 0 ? constant(1, register('bool')) : parts.reduce((a, b) => binary('and', a, b));
  }
}

/** How often each node is read by others. */
function countUses(body: StageExpr): Map<StageExpr, number> {
  const uses = new Map<StageExpr, number>([[body, 1]]);
  walk(body, (expr) => {
    for (const operand of operandsOf(expr)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  });
  return uses;
}

/** Masks are made by a comparison: a splat of a truth value is not of all machines. */
function splatValue(value: Expr, count: number): Expr {
  if (valueType(value).scalar !== 'bool') return splat(value, count);
  const one = constant(1, register('i32'));
  const number = select(value, one, constant(0, register('i32')));
  return compare('ne', splat(number, count), constant(0, register('i32', count)));
}
