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
  readonly data: Operand;
  readonly weights: Operand;
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
  const isWeight = (operand: Operand): boolean => buffer(operand.buffer).kind === 'weight' && operand.conditions.length === 0;
  if (!isWeight(left) && !isWeight(right)) return null;
  const [data, weights] = isWeight(right) ? [left, right] : [right, left];
  const moved = (operand: Operand): Set<Axis> =>
    new Set(operand.indices.flatMap((index) => [...(affineOf(index)?.coefficients.keys() ?? [])]));
  const byData = moved(data);
  const byWeights = moved(weights);
  const axes = stage.axes.filter((axis) => axis.extent > 1);
  return {
    stage,
    sum,
    data,
    weights,
    rows: axes.filter((axis) => !byWeights.has(axis)),
    columns: axes.filter((axis) => byWeights.has(axis) && !byData.has(axis)),
    shared: axes.filter((axis) => byWeights.has(axis) && byData.has(axis)),
  };
}

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
