// Scatter: updates applied one after the other, in the order of the axes. Where an update is a row of consecutive elements, it is done by
// vectors.
import { Block, Names } from '../../kernel-ir/block.ts';
import { advance, binary, compare, index, load, local, pointerTo, store } from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction } from '../../kernel-ir/types.ts';
import { elementwise } from '../../math/elementwise.ts';
import { addIndex, axisIndex, constantIndex, rangeOf, substituteIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, Bound, Buffer, IndexExpr, LibraryStage, StageExpr } from '../../stage/stage.ts';
import { substitute } from '../../stage/substitute.ts';
import { walk } from '../../stage/walk.ts';
import { Dependences } from '../loops/dependences.ts';
import { ValueEmitter } from '../loops/emit-value.ts';
import { offsetIn, toOffsets } from '../loops/memory-stage.ts';
import { Scope } from '../loops/scope.ts';
import { isVectorizable, isVectorType } from '../loops/vector-axis.ts';
import type { ScheduleContext, Scheduled, ScheduledArgument } from '../scheduled.ts';

type Scatter = Extract<LibraryStage, { kind: 'scatter' }>;

const OPERATIONS = { add: 'add', multiply: 'multiply', min: 'minimum', max: 'maximum' } as const;

export function scheduleScatter(stage: Scatter, context: ScheduleContext): Scheduled {
  if (stage.axes.some(({ extent }) => extent === 0)) return { functions: [], calls: [] };
  const emitter = new ScatterEmitter(stage, context);
  const declared = emitter.emit();
  const args = emitter.buffers.map(({ id }): ScheduledArgument => ({ kind: 'buffer', buffer: id }));
  const flops = stage.axes.reduce((product, { extent }) => product * extent, 1);
  return { functions: [declared], calls: [{ callee: declared.name, args, flops }] };
}

/** What one update does, at memory offsets. */
interface Update {
  readonly conditions: readonly Bound[];
  readonly offset: IndexExpr;
  readonly body: StageExpr;
}

class ScatterEmitter {
  readonly buffers: Buffer[];
  readonly #stage: Scatter;
  readonly #context: ScheduleContext;
  readonly #dependences: Dependences;
  readonly #names = new Names();
  readonly #pointers = new Map<number, Expr>();
  readonly #emitter: ValueEmitter;
  readonly #update: Update;
  readonly #lanes: number;

  constructor(stage: Scatter, context: ScheduleContext) {
    this.#stage = stage;
    this.#context = context;
    this.buffers = [context.buffer(stage.output)];
    this.#names.fresh('y');
    this.#dependences = new Dependences(context.buffer);
    this.#update = this.#toOffsets();
    this.#emitter = new ValueEmitter({
      names: this.#names,
      dependences: this.#dependences,
      targetLanes: context.target.lanes,
      body: this.#update.body,
      pointerTo: (id) => this.#pointerFor(id),
    });
    this.#lanes = this.#vectorLanes();
  }

  emit(): KernelFunction {
    const block = new Block(this.#names);
    this.#loops(0, new Scope(block), this.#update);
    const output = { name: 'y', type: pointerTo(this.buffers[0]?.type ?? 'f32'), writes: true };
    const inputs = [...this.#pointers.values()].map((pointer) => ({
      name: pointer.kind === 'local' ? pointer.name : '',
      type: pointer.type,
    }));
    const name = this.#stage.name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?![A-Za-z])/, 'k');
    return { name: `${name}__scatter`, parameters: [output, ...inputs], body: block.statements };
  }

  #toOffsets(): Update {
    const { buffer } = this.#context;
    const values = (expr: StageExpr): StageExpr => toOffsets(expr, buffer);
    const inMemory = (position: IndexExpr): IndexExpr => substituteIndex(position, new Map(), values);
    return {
      conditions: this.#stage.conditions.map(({ index: position, extent }) => ({ index: inMemory(position), extent })),
      offset: inMemory(offsetIn(buffer(this.#stage.output), this.#stage.store)),
      body: values(this.#stage.body),
    };
  }

  #pointerFor(id: number): Expr {
    const known = this.#pointers.get(id);
    if (known) return known;
    const buffer = this.#context.buffer(id);
    const pointer = local(this.#names.fresh(`x${this.buffers.length}`), pointerTo(buffer.type));
    this.#pointers.set(id, pointer);
    this.buffers.push(buffer);
    return pointer;
  }

  #vectorLanes(): number {
    const axis = this.#stage.axes.at(-1);
    const { lanes } = this.#context.target;
    const { offset, body, conditions } = this.#update;
    if (!axis || axis.extent < lanes || !isVectorType(this.buffers[0]?.type ?? 'bool')) return 1;
    const isEven = this.#dependences.coefficientOf(offset, axis) === 1 && !this.#readsOutput();
    const isUniform = conditions.every(({ index: position }) => !this.#dependences.freeAxesOfIndex(position).has(axis));
    return isEven && isUniform && isVectorizable(body, axis, this.#dependences) ? lanes : 1;
  }

  #readsOutput(): boolean {
    let reads = false;
    walk(this.#update.body, (expr) => {
      if (expr.kind === 'load' && expr.buffer === this.#stage.output) reads = true;
    });
    return reads;
  }

  #loops(level: number, scope: Scope, update: Update): void {
    const axis = this.#stage.axes[level];
    if (!axis) return this.#apply(scope, update, 1);
    if (level + 1 < this.#stage.axes.length || this.#lanes === 1)
      return this.#loop(axis, level, scope, update, { from: 0, to: axis.extent, lanes: 1 });
    const end = axis.extent - (axis.extent % this.#lanes);
    this.#loop(axis, level, scope, update, { from: 0, to: end, lanes: this.#lanes });
    if (end < axis.extent) this.#loop(axis, level, scope, update, { from: end, to: axis.extent, lanes: 1 });
  }

  #loop(axis: Axis, level: number, scope: Scope, update: Update, { from, to, lanes }: { from: number; to: number; lanes: number }): void {
    // An axis of its own for each loop, starting from 0.
    const part: Axis = { name: axis.name, extent: to - from };
    const shifted = new Map([[axis, addIndex(axisIndex(part), constantIndex(from))]]);
    const moved: Update = {
      conditions: update.conditions.map(({ index: position, extent }) => ({ index: this.#replaced(position, shifted), extent })),
      offset: this.#replaced(update.offset, shifted),
      body: substitute(update.body, shifted),
    };
    scope.block.loop(
      axis.name,
      0,
      part.extent,
      (body, position) => {
        const place = new Scope(body, scope, {
          positions: new Map([[part, position]]),
          ...(lanes > 1 ? { vector: { axis: part, lanes } } : {}),
        });
        if (level + 1 < this.#stage.axes.length) this.#loops(level + 1, place, moved);
        else this.#apply(place, moved, lanes);
      },
      lanes,
    );
  }

  #replaced(position: IndexExpr, axes: ReadonlyMap<Axis, IndexExpr>): IndexExpr {
    return substituteIndex(position, axes, (expr) => substitute(expr, axes));
  }

  #apply(scope: Scope, { conditions, offset, body }: Update, lanes: number): void {
    const condition = this.#condition(conditions, scope);
    if (!condition) return this.#store(scope, offset, body, lanes);
    scope.block.when(condition, (block) => this.#store(new Scope(block, scope, { isBranch: true }), offset, body, lanes));
  }

  #condition(conditions: readonly Bound[], scope: Scope): Expr | undefined {
    const parts = conditions.flatMap(({ index: position, extent }) => {
      const { low, high } = rangeOf(position);
      const value = scope.block.bind(this.#emitter.indices.value(position, scope), 'at');
      return [...(low < 0 ? [compare('ge', value, index(0))] : []), ...(high >= extent ? [compare('lt', value, index(extent))] : [])];
    });
    return parts.length === 0 ? undefined : parts.reduce((a, b) => binary('and', a, b));
  }

  #store(scope: Scope, offset: IndexExpr, body: StageExpr, lanes: number): void {
    const { type } = this.buffers[0] as Buffer;
    const { block } = scope;
    const update = block.bind(this.#emitter.inLanes(body, scope, lanes), 'update');
    const place = this.#emitter.indices.address(local('y', pointerTo(type)), offset, scope);
    const pointer = block.bind(advance(place.pointer, index(place.offset)), 'place');
    const { op } = this.#stage;
    const value = op === 'update' ? update : elementwise(block, OPERATIONS[op], type, [load(pointer, 0, lanes), update]);
    block.push(store(pointer, 0, value));
  }
}
