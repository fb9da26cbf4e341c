// Recognises flat stages: one value for each element of packed arrays of one size, from those elements alone and from single numbers.
import { axisIndex } from '../../stage/index-arithmetic.ts';
import { mapExpression } from '../../stage/map-expression.ts';
import type { Axis, Buffer, ComputeStage, IndexExpr, Stage, StageExpr } from '../../stage/stage.ts';
import { walk } from '../../stage/walk.ts';
import { Dependences } from '../loops/dependences.ts';
import { offsetIn } from '../loops/memory-stage.ts';
import { isVectorizable, isVectorType } from '../loops/vector-axis.ts';

export interface FlatStage {
  readonly stage: ComputeStage;
  readonly elements: number;
  /** Buffers of which one element stands for all. */
  readonly uniform: ReadonlySet<number>;
  /** The value at a position of one axis that runs over all elements; loads have memory offsets. */
  readonly bodyAlong: (axis: Axis) => StageExpr;
}

type BufferOf = (id: number) => Buffer;

/** Fewer elements are not worth a loop over vectors. */
const FEWEST_ELEMENTS = 4;

/** The stage as a flat one, or null. */
export function matchFlat(stage: Stage, bufferOf: BufferOf): FlatStage | null {
  if (stage.kind !== 'compute') return null;
  const output = bufferOf(stage.output);
  const elements = elementsOf(output);
  if (elements < FEWEST_ELEMENTS || !isPacked(output) || !isVectorType(output.type)) return null;
  const axes = axesOf(stage, output);
  const uniform = axes && uniformLoads(stage, axes, bufferOf);
  if (!axes || !uniform) return null;
  const bodyAlong = (axis: Axis): StageExpr => flatten(stage.body, axis, uniform, bufferOf);
  const axis: Axis = { name: 'i', extent: elements };
  return isVectorizable(bodyAlong(axis), axis, new Dependences(bufferOf)) ? { stage, elements, uniform, bodyAlong } : null;
}

const elementsOf = ({ shape }: Buffer): number => shape.reduce((product, extent) => product * extent, 1);

function isPacked(buffer: Buffer): boolean {
  const { block, elements, offset } = buffer.layout;
  return !block && offset === 0 && elements === elementsOf(buffer);
}

/** The axis of each dim of the output, null where the dim has size 1; nothing where the stage leaves elements out. */
function axesOf({ axes, store }: ComputeStage, { shape }: Buffer): readonly (Axis | null)[] | undefined {
  const found: (Axis | null)[] = [];
  for (const [dim, index] of store.entries()) {
    if (shape[dim] === 1) found.push(null);
    else if (index.kind === 'axis' && index.axis.extent === shape[dim] && !found.includes(index.axis)) found.push(index.axis);
    else return undefined;
  }
  return axes.every((axis) => axis.extent === 1 || found.includes(axis)) ? found : undefined;
}

/** The buffers that the stage reads one element of; nothing where it reads others than that and the element it computes. */
function uniformLoads({ body, output }: ComputeStage, axes: readonly (Axis | null)[], bufferOf: BufferOf): Set<number> | undefined {
  const uniform = new Set<number>();
  const direct = new Set<number>([output]);
  let fits = true;
  walk(body, (expr) => {
    if (expr.kind === 'reduce' || expr.kind === 'guard' || expr.kind === 'position') fits = false;
    if (expr.kind !== 'load') return;
    if (isSameElement(expr.indices, axes, bufferOf(expr.buffer))) direct.add(expr.buffer);
    else if (expr.indices.every(({ kind }) => kind === 'constant')) uniform.add(expr.buffer);
    else fits = false;
  });
  return fits && ![...uniform].some((id) => direct.has(id)) ? uniform : undefined;
}

function isSameElement(indices: readonly IndexExpr[], axes: readonly (Axis | null)[], buffer: Buffer): boolean {
  const isSame = (index: IndexExpr, dim: number): boolean => {
    const axis = axes[dim];
    const extent = buffer.shape[dim];
    if (!axis) return extent === 1 && (index.kind === 'constant' || index.kind === 'axis');
    return index.kind === 'axis' && index.axis === axis && extent === axis.extent;
  };
  return isPacked(buffer) && indices.length === axes.length && indices.every(isSame);
}

function flatten(body: StageExpr, axis: Axis, uniform: ReadonlySet<number>, bufferOf: BufferOf): StageExpr {
  return mapExpression(body, (expr) => {
    if (expr.kind !== 'load') return expr;
    const index = uniform.has(expr.buffer) ? offsetIn(bufferOf(expr.buffer), expr.indices) : axisIndex(axis);
    return { ...expr, indices: [index] };
  });
}
