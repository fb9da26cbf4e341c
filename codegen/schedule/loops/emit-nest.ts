// A memory stage as one function: loops over its axes around the value of its expression.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { Block, Names } from '../../kernel-ir/block.ts';
import { binary, INDEX, index, local, pointerTo, registerFor, scale, store, valueType } from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, Parameter } from '../../kernel-ir/types.ts';
import { visitIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, Buffer } from '../../stage/stage.ts';
import { walk } from '../../stage/walk.ts';
import type { Dependences } from './dependences.ts';
import { ValueEmitter } from './emit-value.ts';
import type { MemoryStage } from './memory-stage.ts';
import { Scope, type VectorLoop } from './scope.ts';
import { isVectorizable, isVectorType } from './vector-axis.ts';

export interface Nest {
  readonly declared: KernelFunction;
  /** Buffers that its pointer parameters stand for, the output first. */
  readonly buffers: readonly Buffer[];
  /** The range that threads may share, if there is a loop. */
  readonly parallelExtent: number | undefined;
}

/** Vectors narrower than this are not worth their overhead. */
const FEWEST_LANES = 4;

export function emitNest(
  stage: MemoryStage,
  name: string,
  context: { target: CpuTarget; dependences: Dependences; buffer: (id: number) => Buffer },
): Nest {
  const names = new Names();
  for (const reserved of ['begin', 'end', 'y']) names.fresh(reserved);
  const buffers = [stage.output];
  const pointers = new Map<number, Expr>();
  const pointerFor = (id: number): Expr => {
    const known = pointers.get(id);
    if (known) return known;
    const buffer = context.buffer(id);
    const pointer = local(names.fresh(`x${buffers.length}`), pointerTo(buffer.type));
    pointers.set(id, pointer);
    buffers.push(buffer);
    return pointer;
  };
  // In the order of the expression, not of emission, so that the signature does not depend on where values are hoisted to.
  for (const id of loadedBuffers(stage)) pointerFor(id);
  const emitter = new ValueEmitter({
    names,
    dependences: context.dependences,
    targetLanes: context.target.lanes,
    body: stage.body,
    pointerTo: pointerFor,
  });
  const body = new Block(names);
  const nest = new NestEmitter(stage, emitter, vectorLoopOf(stage, context.target, context.dependences));
  nest.emit(body);
  const range: Parameter[] =
    stage.axes.length > 0
      ? [
          { name: 'begin', type: INDEX },
          { name: 'end', type: INDEX },
        ]
      : [];
  const output: Parameter = { name: 'y', type: pointerTo(stage.output.type), writes: true };
  const inputs = [...pointers.values()].map(
    (pointer): Parameter => ({ name: pointer.kind === 'local' ? pointer.name : '', type: pointer.type }),
  );
  return {
    declared: { name, parameters: [output, ...inputs, ...range], body: body.statements },
    buffers,
    parallelExtent: nest.parallelExtent,
  };
}

function loadedBuffers(stage: MemoryStage): Set<number> {
  const ids = new Set<number>();
  const visit = (expr: Parameters<Parameters<typeof walk>[1]>[0]): void => {
    if (expr.kind === 'load') ids.add(expr.buffer);
  };
  visitIndex(stage.offset, (part) => {
    if (part.kind === 'value') walk(part.expr, visit);
  });
  walk(stage.body, visit);
  return ids;
}

function vectorLoopOf(stage: MemoryStage, target: CpuTarget, dependences: Dependences): VectorLoop | undefined {
  const axis = stage.axes.at(-1);
  if (!axis || !isVectorType(stage.output.type) || dependences.coefficientOf(stage.offset, axis) !== 1) return undefined;
  // A stage that updates its output in place must not do a part of it twice, as a last vector that overlaps the one before would.
  const isInPlace = loadedBuffers(stage).has(stage.output.id);
  let lanes = target.lanes;
  while (lanes > axis.extent || (isInPlace && axis.extent % lanes !== 0)) lanes /= 2;
  return lanes >= FEWEST_LANES && isVectorizable(stage.body, axis, dependences) ? { axis, lanes } : undefined;
}

class NestEmitter {
  readonly #stage: MemoryStage;
  readonly #emitter: ValueEmitter;
  readonly #vector: VectorLoop | undefined;

  constructor(stage: MemoryStage, emitter: ValueEmitter, vector: VectorLoop | undefined) {
    this.#stage = stage;
    this.#emitter = emitter;
    this.#vector = vector;
  }

  /** The outermost loop's iterations: its positions, or vectors of them. */
  get parallelExtent(): number | undefined {
    const [outermost] = this.#stage.axes;
    return outermost && Math.ceil(outermost.extent / this.#lanesOf(outermost));
  }

  emit(block: Block): void {
    this.#loops(0, new Scope(block));
  }

  #lanesOf(axis: Axis): number {
    return axis === this.#vector?.axis ? this.#vector.lanes : 1;
  }

  #loops(level: number, scope: Scope): void {
    const axis = this.#stage.axes[level];
    if (!axis) return this.#store(scope);
    const lanes = this.#lanesOf(axis);
    const isOutermost = level === 0;
    const fill = (inner: Block, counter: Expr): void => {
      const start = isOutermost ? scale(counter, lanes) : counter;
      // The last vector ends with the extent: it may repeat a part of the one before.
      const position = axis.extent % lanes === 0 ? start : binary('min', start, index(axis.extent - lanes));
      const positions = new Map([[axis, inner.bind(position, axis.name)]]);
      this.#loops(level + 1, new Scope(inner, scope, { positions, ...(lanes > 1 ? { vector: this.#vector } : {}) }));
    };
    if (isOutermost) scope.block.loop(axis.name, local('begin', INDEX), local('end', INDEX), fill);
    else if (axis.extent === lanes) fill(scope.block, index(0));
    else scope.block.loop(axis.name, 0, axis.extent, fill, lanes);
  }

  #store(scope: Scope): void {
    const { output, offset, body } = this.#stage;
    const value = this.#emitter.inLanes(body, scope, this.#vector?.lanes ?? 1);
    if (registerFor(output.type).scalar !== valueType(value).scalar)
      throw new Error(`kerasc bug: ${this.#stage.name} computes ${body.type} for ${output.type} memory`);
    const address = this.#emitter.indices.address(local('y', pointerTo(output.type)), offset, scope);
    scope.block.push(store(address.pointer, address.offset, value));
  }
}
