// The register tile: rows x vectors of accumulators, a nest of reduction loops, and an epilogue on the accumulators before
// they are stored. Dense layers, convolutions and Winograd's products are all this one function with other numbers.
//
//   y[i, j] = epilogue(start[j] + sum over k of a[i * aRowStride + k] * b[k, j])
//
// Trip counts and strides of the reduction are arguments, so that layers share a tile; offsets of rows are constants, so that
// they cost nothing (both measured: docs/decisions).
import {
  advance,
  assign,
  call,
  constant,
  declare,
  type Expr,
  extract,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  mul,
  mulAdd,
  type Parameter,
  pointerTo,
  register,
  type Statement,
  splat,
  store,
} from '../../kernel-ir/index.ts';
import { type Epilogue, NO_EPILOGUE } from './epilogue.ts';

export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
  readonly lanes: number;
  /** Lanes of the last vector that are stored; the others belong to nobody. */
  readonly lastLanes: number;
  /** Elements between rows of the data and of the result. */
  readonly dataRowStride: number;
  readonly resultRowStride: number;
  /** Where vector j of a row goes, from the row's start. */
  readonly resultOffsets: readonly number[];
  /** Where each row of the data lies from the first, if not `dataRowStride` apart. */
  readonly dataOffsets?: readonly number[];
  /** Columns that lie side by side in the weights. */
  readonly panelWidth: number;
  /** Floats between consecutive k in the weights. */
  readonly weightsStep: number;
  /** The outer loops have strides in the weights of their own; else each goes on where the one before it ended. */
  readonly movesWeights: boolean;
  /** Accumulators start from the result, as it is. */
  readonly accumulates: boolean;
  /** Nested reduction loops around the innermost one. */
  readonly outerLoops: number;
  /** The innermost loop takes this many steps of stride `innerStride` at once. */
  readonly unroll: number;
  readonly innerStride: number;
}

/** The arguments of a tile function before the epilogue's pointers, in order. */
export interface TileArguments {
  readonly data: Expr;
  readonly weights: Expr;
  readonly result: Expr;
  /** Elements from one panel to the next, for tiles wider than a panel. */
  readonly panelStride: number;
  /** Count and strides of each outer loop, outermost first. */
  readonly outer: readonly { readonly count: Expr; readonly stride: number; readonly weightsStride: number }[];
  /** Steps of the unrolled innermost loop. */
  readonly innerCount: Expr;
}

export function callTile(
  { name, movesWeights }: { name: string; movesWeights: boolean },
  args: TileArguments,
  epilogue: readonly Expr[],
): Statement {
  const outer = args.outer.flatMap(({ count, stride, weightsStride }) => [
    count,
    index(stride),
    ...(movesWeights ? [index(weightsStride)] : []),
  ]);
  return call(name, [args.data, args.weights, args.result, index(args.panelStride), ...outer, args.innerCount, ...epilogue]);
}

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const number = (name: string): Expr => local(name, INDEX);

/** The tile as a function; equal names mean equal functions. */
export function tileFunction(shape: TileShape, epilogue: Epilogue): KernelFunction {
  const vector = register('f32', shape.lanes);
  const accumulator = (row: number, column: number): string => `c${row}_${column}`;
  const each = <T>(make: (row: number, column: number) => T): T[] =>
    Array.from({ length: shape.rows * shape.vectors }, (_, flat) => make(Math.floor(flat / shape.vectors), flat % shape.vectors));
  const starts = Array.from({ length: shape.vectors }, (_, column) => epilogue.start(column, shape) ?? constant(0, vector));
  const fromResult = (row: number, column: number): Expr => load(pointer('y'), resultOffset(shape, row, column), shape.lanes);
  const body: Statement[] = [
    ...(shape.accumulates
      ? each((row, column) => declare(accumulator(row, column), fromResult(row, column)))
      : [
          ...starts.map((start, column) => declare(`s${column}`, start)),
          ...each((row, column) => declare(accumulator(row, column), local(`s${column}`, vector))),
        ]),
    ...(shape.movesWeights ? [] : [declare('w', pointer('b'))]),
    ...reductionLoops(shape, 0, 'a', 'b'),
    ...storeTile(
      shape,
      epilogue,
      each((row, column) => ({ row, column, value: local(accumulator(row, column), vector) })),
    ),
  ];
  return { name: tileName(shape, epilogue), parameters: tileParameters(shape, epilogue), body };
}

function tileParameters(shape: TileShape, epilogue: Epilogue): readonly Parameter[] {
  const loops = Array.from({ length: shape.outerLoops }, (_, depth) => [
    `n${depth}`,
    `d${depth}`,
    ...(shape.movesWeights ? [`e${depth}s`] : []),
  ]).flat();
  return [
    { name: 'a', type: F32_POINTER },
    { name: 'b', type: F32_POINTER },
    { name: 'y', type: F32_POINTER, writes: true },
    ...['ps', ...loops, 'n'].map((name): Parameter => ({ name, type: INDEX })),
    ...epilogue.parameters,
  ];
}

/** Loop `depth` of the nest, reading from pointers `data` and `weights`, or weights through `w` in the order of the loops. */
function reductionLoops(shape: TileShape, depth: number, data: string, weights: string): Statement[] {
  if (depth === shape.outerLoops) return innermostLoop(shape, data, weights);
  const [next, nextWeights] = [`a${depth}`, `b${depth}`];
  const at = (stride: string): Expr => mul(number(`i${depth}`), number(stride));
  return [
    loop(`i${depth}`, 0, number(`n${depth}`), [
      declare(next, advance(pointer(data), at(`d${depth}`))),
      ...(shape.movesWeights ? [declare(nextWeights, advance(pointer(weights), at(`e${depth}s`)))] : []),
      ...reductionLoops(shape, depth + 1, next, nextWeights),
    ]),
  ];
}

function innermostLoop(shape: TileShape, data: string, weights: string): Statement[] {
  const { unroll, innerStride, weightsStep } = shape;
  const steps = Array.from({ length: unroll }, (_, step) => reductionStep(shape, step)).flat();
  return [
    declare('x', pointer(data)),
    ...(shape.movesWeights ? [declare('w', pointer(weights))] : []),
    loop('k', 0, number('n'), [
      ...steps,
      assign('x', advance(pointer('x'), index(unroll * innerStride))),
      assign('w', advance(pointer('w'), index(unroll * weightsStep))),
    ]),
  ];
}

/** One k: the weights' vectors are loaded, then each row's element is multiplied into its accumulators. */
function reductionStep(shape: TileShape, step: number): Statement[] {
  const { rows, vectors, lanes, panelWidth, weightsStep, innerStride } = shape;
  const type = register('f32', lanes);
  const statements: Statement[] = [];
  for (let column = 0; column < vectors; column++) {
    const panel = Math.floor((column * lanes) / panelWidth);
    const from = panel === 0 ? pointer('w') : advance(pointer('w'), mul(number('ps'), index(panel)));
    statements.push(declare(`b${step}_${column}`, loadAt(from, step * weightsStep + ((column * lanes) % panelWidth), lanes)));
  }
  for (let row = 0; row < rows; row++) {
    const name = `t${step}_${row}`;
    statements.push(declare(name, splat(loadAt(pointer('x'), dataOffset(shape, row) + step * innerStride), lanes)));
    for (let column = 0; column < vectors; column++) {
      const target = `c${row}_${column}`;
      statements.push(assign(target, mulAdd(local(name, type), local(`b${step}_${column}`, type), local(target, type))));
    }
  }
  return statements;
}

/** A load whose constant offset may lie before the pointer: where operands are walked backwards. */
const loadAt = (from: Expr, offset: number, lanes = 1): Expr =>
  offset < 0 ? load(advance(from, index(offset)), 0, lanes) : load(from, offset, lanes);

const dataOffset = ({ dataOffsets, dataRowStride }: TileShape, row: number): number => dataOffsets?.[row] ?? row * dataRowStride;

const resultOffset = ({ resultRowStride, resultOffsets }: TileShape, row: number, column: number): number =>
  row * resultRowStride + (resultOffsets[column] as number);

interface Accumulator {
  readonly row: number;
  readonly column: number;
  readonly value: Expr;
}

/** A heavy epilogue needs the registers that hold accumulators: it takes them from where they were stored, row by row. */
function storeTile(shape: TileShape, epilogue: Epilogue, accumulators: readonly Accumulator[]): Statement[] {
  const storeAll = (with_: Epilogue): Statement[] =>
    accumulators.flatMap(({ row, column, value }) => storeAccumulator(shape, with_, row, column, value));
  return epilogue.isHeavy && shape.lastLanes === shape.lanes ? [...storeAll(NO_EPILOGUE), finishRows(shape, epilogue)] : storeAll(epilogue);
}

function finishRows(shape: TileShape, epilogue: Epilogue): Statement {
  const columns = Array.from({ length: shape.vectors }, (_, column) => column);
  const finished = columns.flatMap((column) => {
    const offset = shape.resultOffsets[column] as number;
    const { statements, value } = epilogue.finish(load(pointer('y'), offset, shape.lanes), 0, column, shape);
    return [...statements, store(pointer('y'), offset, value)];
  });
  const moves = [['y', shape.resultRowStride] as const, ...epilogue.rowStrides].flatMap(([name, stride]) =>
    stride === 0 ? [] : [assign(name, advance(pointer(name), index(stride)))],
  );
  return loop('r', 0, shape.rows, [...finished, ...moves]);
}

function storeAccumulator(shape: TileShape, epilogue: Epilogue, row: number, column: number, value: Expr): Statement[] {
  const { statements, value: result } = epilogue.finish(value, row, column, shape);
  const offset = resultOffset(shape, row, column);
  const isPartial = column === shape.vectors - 1 && shape.lastLanes < shape.lanes;
  if (!isPartial) return [...statements, store(pointer('y'), offset, result)];
  const name = `last${row}`;
  const stores = Array.from({ length: shape.lastLanes }, (_, lane) =>
    store(pointer('y'), offset + lane, extract(local(name, result.type), lane)),
  );
  return [...statements, declare(name, result), ...stores];
}

function tileName(shape: TileShape, epilogue: Epilogue): string {
  const { rows, vectors, lanes, lastLanes, dataRowStride, resultRowStride, resultOffsets, panelWidth, outerLoops, unroll, innerStride } =
    shape;
  const offsets = resultOffsets.some((offset, column) => offset !== column * lanes) ? `_o${resultOffsets.join('_')}` : '';
  const last = lastLanes < lanes ? `_last${lastLanes}` : '';
  const data = shape.dataOffsets ? `_a${shape.dataOffsets.join('_')}` : `_a${dataRowStride}`;
  const weights = shape.weightsStep === panelWidth ? `_p${panelWidth}` : `_w${shape.weightsStep}_p${panelWidth}`;
  const flags = `${shape.movesWeights ? '_moves' : ''}${shape.accumulates ? '_adds' : ''}`;
  const name = `f32_tile_${rows}x${vectors * lanes}${last}_u${unroll}s${innerStride}_l${outerLoops}${data}_y${resultRowStride}${offsets}${weights}${flags}${epilogue.name}`;
  return name.replaceAll('-', 'm');
}
