// What happens to an accumulator before it is stored: bias, residual, activation, as the stage's expression says.

import { Block, Names } from '../../kernel-ir/block.ts';
import {
  type Expr,
  load,
  local,
  type MemoryType,
  type Parameter,
  pointerTo,
  register,
  type Statement,
  splat,
} from '../../kernel-ir/index.ts';
import { elementwise, isVectorOperation } from '../../math/elementwise.ts';
import { identityOf } from '../../stage/index-arithmetic.ts';
import type { Axis, StageExpr } from '../../stage/stage.ts';
import { operandsOf } from '../../stage/walk.ts';
import type { Access } from './access.ts';
import { strideOf } from './access.ts';

/** The rows and columns of a tile as an epilogue needs them. */
export interface TileGrid {
  readonly lanes: number;
}

export interface Epilogue {
  /** Part of the tile function's name: equal names mean equal epilogues. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Takes registers of its own (exponentials, divisions): accumulators are better stored first and taken up one by one. */
  readonly isHeavy: boolean;
  /** Elements from one row to the next, by parameter. */
  readonly rowStrides: ReadonlyMap<string, number>;
  /** What the accumulators of a column start from, if not from zero. */
  start(column: number, grid: TileGrid): Expr | undefined;
  /**
   * The value to store for an accumulator; statements come before it. Names are told apart by row and column; `vector`
   * says which vector of the operands belongs to it, if not number `column`.
   */
  finish(
    accumulator: Expr,
    row: number,
    column: number,
    grid: TileGrid,
    vector?: number,
  ): { readonly statements: readonly Statement[]; readonly value: Expr };
}

/** An operand of the epilogue: one pointer argument, moved by the driver as the tile moves. */
export interface EpilogueOperand {
  readonly access: Access;
  readonly parameter: string;
}

export const NO_EPILOGUE: Epilogue = {
  name: '',
  parameters: [],
  isHeavy: false,
  rowStrides: new Map(),
  start: () => undefined,
  finish: (value) => ({ statements: [], value }),
};

export interface EpiloguePlan {
  readonly epilogue: Epilogue;
  readonly operands: readonly EpilogueOperand[];
}

type Load = StageExpr & { readonly kind: 'load' };

/**
 * The epilogue of a stage around its sum. `accessOfLoad` gives null where a load does not move evenly with the tile; then
 * there is no epilogue and the stage is not for tiles.
 */
export function planEpilogue(
  body: StageExpr,
  sum: StageExpr,
  rowAxis: Axis | undefined,
  columnAxis: Axis,
  accessOfLoad: (expr: Load) => Access | null,
): EpiloguePlan | null {
  if (!isVectorizable(body, sum)) return null;
  const loads = nodesAround(body, sum).filter((expr) => expr.kind === 'load');
  const operands: EpilogueOperand[] = [];
  const byLoad = new Map<Load, EpilogueOperand>();
  for (const expr of loads) {
    const access = accessOfLoad(expr);
    if (!access || !isUsable(access, columnAxis)) return null;
    const operand = { access, parameter: `e${operands.length}` };
    operands.push(operand);
    byLoad.set(expr, operand);
  }
  const bias = findBias(body, sum, (expr) => {
    const operand = expr.kind === 'load' ? byLoad.get(expr) : undefined;
    return operand && isByColumn(operand.access, columnAxis) && (!rowAxis || strideOf(operand.access, rowAxis) === 0) ? operand : undefined;
  });
  const context: EpilogueContext = { sum: bias?.node ?? sum, rowAxis, columnAxis, byLoad };
  const parameters = operands.map(({ parameter }): Parameter => ({ name: parameter, type: pointerTo('f32') }));
  return {
    operands,
    epilogue: {
      name: bias || body !== sum ? `_${describe(body, context, bias)}` : '',
      parameters,
      isHeavy: isHeavy(body, sum),
      rowStrides: new Map(operands.map(({ access, parameter }) => [parameter, rowAxis ? strideOf(access, rowAxis) : 0])),
      start: (column, { lanes }) => bias && loadOperand(bias.operand, context, 0, column, lanes),
      finish: (accumulator, row, column, { lanes }, vector = column) =>
        evaluate(body, context, { accumulator, row, vector, lanes, prefix: `v${row}_${column}_` }),
    },
  };
}

interface EpilogueContext {
  /** The node whose value the accumulator is. */
  readonly sum: StageExpr;
  readonly rowAxis: Axis | undefined;
  readonly columnAxis: Axis;
  readonly byLoad: ReadonlyMap<Load, EpilogueOperand>;
}

const LIGHT: ReadonlySet<string> = new Set([
  'add',
  'subtract',
  'multiply',
  'maximum',
  'minimum',
  'negative',
  'abs',
  'sqrt',
  'select',
  'less',
  'less_equal',
  'greater',
  'greater_equal',
]);

const isHeavy = (body: StageExpr, sum: StageExpr): boolean =>
  nodesAround(body, sum).some((expr) => expr.kind === 'elementwise' && !LIGHT.has(expr.op));

const isByColumn = (access: Access, columnAxis: Axis): boolean => access.strides.has(columnAxis);

/** Along the columns an operand must lie as the result does: side by side, or not move at all. */
function isUsable(access: Access, columnAxis: Axis): boolean {
  const stride = strideOf(access, columnAxis);
  if (access.blocked && access.blocked.axis !== columnAxis) return false;
  return access.buffer.type === 'f32' && (stride === 0 || stride === 1);
}

/** All nodes around the sum, each once: a walk along all paths would take exponential time where values are read twice. */
function nodesAround(body: StageExpr, sum: StageExpr): readonly StageExpr[] {
  const found = new Set<StageExpr>([body]);
  for (const expr of found) if (expr !== sum) for (const operand of operandsOf(expr)) found.add(operand);
  return [...found].filter((expr) => expr !== sum);
}

/** `sum + bias` where nothing else reads the sum: accumulators can start from the bias. */
function findBias(
  body: StageExpr,
  sum: StageExpr,
  biasOf: (expr: StageExpr) => EpilogueOperand | undefined,
): { node: StageExpr; operand: EpilogueOperand } | undefined {
  const readers = nodesAround(body, sum).filter((expr) => operandsOf(expr).includes(sum));
  const [node, second] = readers;
  if (!node || second || node.kind !== 'elementwise' || node.op !== 'add') return undefined;
  const other = node.args.find((arg) => arg !== sum);
  const operand = other && biasOf(other);
  return operand ? { node, operand } : undefined;
}

function loadOperand(operand: EpilogueOperand, context: EpilogueContext, row: number, column: number, lanes: number): Expr {
  const { access, parameter } = operand;
  const base = context.rowAxis ? row * strideOf(access, context.rowAxis) : 0;
  const pointer = local(parameter, pointerTo('f32'));
  if (!isByColumn(access, context.columnAxis)) return splat(load(pointer, base), lanes);
  return load(pointer, base + columnOffset(access, column * lanes), lanes);
}

/** Where column `column` lies from the first column of the tile, in elements. */
export function columnOffset(access: Access, column: number): number {
  const { blocked } = access;
  return blocked ? Math.floor(column / blocked.size) * blocked.stride + (column % blocked.size) : column;
}

/** Names that no other accumulator's epilogue uses. */
class PrefixedNames extends Names {
  readonly #prefix: string;

  constructor(prefix: string) {
    super();
    this.#prefix = prefix;
  }

  override fresh(hint: string): string {
    return this.#prefix + super.fresh(hint);
  }
}

/** The memory type that an operation works on: that of its values, not of a condition or a truth value that comes out. */
const operandType = (expr: StageExpr & { readonly kind: 'elementwise' }): MemoryType =>
  expr.op === 'select' ? expr.type : (expr.args[0]?.type ?? expr.type);

/** Everything around the sum can be done on whole vectors of floats. */
const isVectorizable = (body: StageExpr, sum: StageExpr): boolean => nodesAround(body, sum).every(takesVectors);

function takesVectors(expr: StageExpr): boolean {
  if (expr.kind === 'load' || expr.kind === 'constant') return expr.type === 'f32';
  if (expr.kind !== 'elementwise' || (operandType(expr) !== 'f32' && operandType(expr) !== 'bool')) return false;
  const exponent = expr.args[1]?.kind === 'constant' ? Number(expr.args[1].value) : undefined;
  return isVectorOperation(expr.op, operandType(expr), exponent);
}

interface Place {
  readonly accumulator: Expr;
  readonly row: number;
  readonly vector: number;
  readonly lanes: number;
  readonly prefix: string;
}

function evaluate(body: StageExpr, context: EpilogueContext, place: Place): { statements: readonly Statement[]; value: Expr } {
  const { accumulator, row, vector, lanes, prefix } = place;
  const block = new Block(new PrefixedNames(prefix));
  const known = new Map<StageExpr, Expr>([[context.sum, accumulator]]);
  const valueOf = (expr: StageExpr): Expr => {
    const value = known.get(expr) ?? compute(expr);
    known.set(expr, value);
    return value;
  };
  const compute = (expr: StageExpr): Expr => {
    switch (expr.kind) {
      case 'load':
        return loadOperand(context.byLoad.get(expr) as EpilogueOperand, context, row, vector, lanes);
      case 'constant':
        return { kind: 'constant', type: register(expr.type === 'bool' ? 'bool' : 'f32', lanes), value: expr.value };
      case 'elementwise':
        return elementwise(block, expr.op, operandType(expr), expr.args.map(valueOf));
      default:
        throw new Error(`kerasc bug: ${expr.kind} in the epilogue of a tile`);
    }
  };
  const value = valueOf(body);
  return { statements: block.statements, value };
}

/** A text that tells epilogues apart: operations, and how each operand moves. */
function describe(body: StageExpr, context: EpilogueContext, bias: { node: StageExpr } | undefined): string {
  const names = new Map<StageExpr, string>();
  const visit = (expr: StageExpr): string => {
    const known = names.get(expr);
    if (known) return known;
    const name = nameOf(expr);
    names.set(expr, `n${names.size}`);
    return name;
  };
  const nameOf = (expr: StageExpr): string => {
    if (expr === context.sum) return bias ? 'bias' : 'sum';
    if (expr.kind === 'constant') return String(expr.value).replace('-', 'm').replace('.', 'p').replace('+', '');
    if (expr.kind === 'load') return operandName(context.byLoad.get(expr) as EpilogueOperand, context);
    if (expr.kind === 'elementwise') return `${expr.op}_${expr.args.map(visit).join('_')}`;
    return `${expr.kind}${identityOf(expr)}`;
  };
  return visit(body);
}

function operandName({ access }: EpilogueOperand, { rowAxis, columnAxis }: EpilogueContext): string {
  const row = rowAxis ? strideOf(access, rowAxis) : 0;
  const column = access.blocked ? `c${access.blocked.stride}b` : isByColumn(access, columnAxis) ? 'c' : '';
  return `x${row === 0 ? '' : `r${row}`}${column}`;
}
