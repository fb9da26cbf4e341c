// Recognises sums of products. Matrix products, convolutions and einsums all have this form; what differs between them is
// which axes each operand moves along.
import { affineOf } from '../../stage/index-arithmetic.ts';
import type { Axis, Bound, Buffer, ComputeStage, IndexExpr, Stage, StageExpr } from '../../stage/stage.ts';

export interface Operand {
  readonly buffer: number;
  readonly indices: readonly IndexExpr[];
  /** Zero where these do not hold (padding). */
  readonly conditions: readonly Bound[];
}

/** output[m, n] = epilogue(sum over k of data[m, k] * weights[n, k]), for each value of the batch axes, which move both. */
export interface Contraction {
  readonly stage: ComputeStage;
  /** The node of the sum, as the epilogue refers to it. */
  readonly sum: StageExpr & { readonly kind: 'reduce' };
  /** Its elements are multiplied one by one with vectors of the weights. */
  readonly data: Operand;
  /** The operand that moves along the result's columns: weights, most often. */
  readonly weights: Operand;
  /** The weights are known when the program is built. */
  readonly isConstant: boolean;
  /** Axes of the result that move the data only, the weights only, both. */
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly shared: readonly Axis[];
}

type Reduce = StageExpr & { readonly kind: 'reduce' };

/** The contraction that a stage is, with everything after the sum as its epilogue; null for any other stage. */
export function matchContraction(stage: Stage, buffer: (id: number) => Buffer): Contraction | null {
  if (stage.kind !== 'compute') return null;
  const sum = onlyReduce(stage.body);
  if (sum?.op !== 'sum' || sum.type !== 'f32' || sum.body.kind !== 'elementwise' || sum.body.op !== 'multiply') return null;
  const [left, right] = sum.body.args.map(operandOf);
  if (!left || !right) return null;
  const isConstant = (operand: Operand): boolean => buffer(operand.buffer).kind === 'weight' && operand.conditions.length === 0;
  const axes = stage.axes.filter((axis) => axis.extent > 1);
  const [data, weights] = isColumnOperand(left, right, columnOf(stage, axes), isConstant) ? [right, left] : [left, right];
  const byData = axesOf(data);
  const byWeights = axesOf(weights);
  return {
    stage,
    sum,
    data,
    weights,
    isConstant: isConstant(weights),
    rows: axes.filter((axis) => !byWeights.has(axis)),
    columns: axes.filter((axis) => byWeights.has(axis) && !byData.has(axis)),
    shared: axes.filter((axis) => byWeights.has(axis) && byData.has(axis)),
  };
}

/** Whether `left` takes the place of the weights: it alone moves along the result's last axis, or is the one that is known. */
function isColumnOperand(left: Operand, right: Operand, column: Axis | undefined, isConstant: (operand: Operand) => boolean): boolean {
  const [byLeft, byRight] = [left, right].map((operand) => column !== undefined && axesOf(operand).has(column));
  if (byLeft !== byRight) return byLeft === true;
  return isConstant(left) && !isConstant(right);
}

/** The axis along which results lie side by side. */
function columnOf({ store }: ComputeStage, axes: readonly Axis[]): Axis | undefined {
  for (const index of [...store].reverse()) {
    const coefficients = affineOf(index)?.coefficients;
    const innermost =
      coefficients && axes.filter((axis) => coefficients.has(axis)).sort((a, b) => size(coefficients, a) - size(coefficients, b));
    if (innermost?.[0]) return innermost[0];
  }
  return undefined;
}

const size = (coefficients: ReadonlyMap<Axis, number>, axis: Axis): number => Math.abs(coefficients.get(axis) ?? 0);

const axesOf = (operand: Operand): ReadonlySet<Axis> =>
  new Set(operand.indices.flatMap((index) => [...(affineOf(index)?.coefficients.keys() ?? [])]));

function operandOf(expr: StageExpr): Operand | undefined {
  if (expr.kind === 'load' && expr.type === 'f32' && expr.indices.every((index) => affineOf(index)))
    return { buffer: expr.buffer, indices: expr.indices, conditions: [] };
  if (expr.kind !== 'guard' || expr.otherwise.kind !== 'constant' || Number(expr.otherwise.value) !== 0) return undefined;
  const inner = operandOf(expr.body);
  return inner && { ...inner, conditions: [...inner.conditions, ...expr.conditions] };
}

/** The only reduction in an expression that is elementwise around it. */
function onlyReduce(expr: StageExpr): Reduce | undefined {
  const found = new Set<Reduce>();
  const seen = new Set<StageExpr>();
  const isSimple = (node: StageExpr): boolean => {
    if (seen.has(node)) return true;
    seen.add(node);
    switch (node.kind) {
      case 'reduce':
        found.add(node);
        return true;
      case 'elementwise':
        return node.args.every(isSimple);
      case 'cast':
      case 'bitcast':
        return isSimple(node.value);
      case 'constant':
        return true;
      case 'load':
        return node.indices.every((index) => affineOf(index));
      case 'position':
      case 'guard':
        return false;
      default:
        return node satisfies never;
    }
  };
  return isSimple(expr) && found.size === 1 ? [...found][0] : undefined;
}
