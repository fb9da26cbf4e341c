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
  /** Floats between consecutive k in a panel of weights. */
  readonly panelWidth: number;
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
  /** Count and stride of each outer loop, outermost first. */
  readonly outer: readonly { readonly count: number; readonly stride: number }[];
  /** Steps of the unrolled innermost loop. */
  readonly innerCount: number;
}

export function callTile(name: string, args: TileArguments, epilogue: readonly Expr[]): Statement {
  const numbers = [args.panelStride, ...args.outer.flatMap(({ count, stride }) => [count, stride]), args.innerCount];
  return call(name, [args.data, args.weights, args.result, ...numbers.map(index), ...epilogue]);
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
  const body: Statement[] = [
    ...starts.map((start, column) => declare(`s${column}`, start)),
    ...each((row, column) => declare(accumulator(row, column), local(`s${column}`, vector))),
    declare('w', pointer('b')),
    ...reductionLoops(shape, 0, 'a'),
    ...storeTile(
      shape,
      epilogue,
      each((row, column) => ({ row, column, value: local(accumulator(row, column), vector) })),
    ),
  ];
  return { name: tileName(shape, epilogue), parameters: tileParameters(shape, epilogue), body };
}

function tileParameters(shape: TileShape, epilogue: Epilogue): readonly Parameter[] {
  const loops = Array.from({ length: shape.outerLoops }, (_, depth) => [`n${depth}`, `d${depth}`]).flat();
  return [
    { name: 'a', type: F32_POINTER },
    { name: 'b', type: F32_POINTER },
    { name: 'y', type: F32_POINTER, writes: true },
    ...['ps', ...loops, 'n'].map((name): Parameter => ({ name, type: INDEX })),
    ...epilogue.parameters,
  ];
}

/** Loop `depth` of the nest, reading from pointer `data`; weights run through `w` in the order of the loops. */
function reductionLoops(shape: TileShape, depth: number, data: string): Statement[] {
  if (depth === shape.outerLoops) return innermostLoop(shape, data);
  const next = `a${depth}`;
  return [
    loop(`i${depth}`, 0, number(`n${depth}`), [
      declare(next, advance(pointer(data), mul(number(`i${depth}`), number(`d${depth}`)))),
      ...reductionLoops(shape, depth + 1, next),
    ]),
  ];
}

function innermostLoop(shape: TileShape, data: string): Statement[] {
  const { unroll, innerStride, panelWidth } = shape;
  const steps = Array.from({ length: unroll }, (_, step) => reductionStep(shape, step)).flat();
  return [
    declare('x', pointer(data)),
    loop('k', 0, number('n'), [
      ...steps,
      assign('x', advance(pointer('x'), index(unroll * innerStride))),
      assign('w', advance(pointer('w'), index(unroll * panelWidth))),
    ]),
  ];
}

/** One k: the weights' vectors are loaded, then each row's element is multiplied into its accumulators. */
function reductionStep(shape: TileShape, step: number): Statement[] {
  const { rows, vectors, lanes, panelWidth, dataRowStride, innerStride } = shape;
  const type = register('f32', lanes);
  const statements: Statement[] = [];
  for (let column = 0; column < vectors; column++) {
    const panel = Math.floor((column * lanes) / panelWidth);
    const from = panel === 0 ? pointer('w') : advance(pointer('w'), mul(number('ps'), index(panel)));
    statements.push(declare(`b${step}_${column}`, load(from, step * panelWidth + ((column * lanes) % panelWidth), lanes)));
  }
  for (let row = 0; row < rows; row++) {
    const name = `t${step}_${row}`;
    statements.push(declare(name, splat(load(pointer('x'), row * dataRowStride + step * innerStride), lanes)));
    for (let column = 0; column < vectors; column++) {
      const target = `c${row}_${column}`;
      statements.push(assign(target, mulAdd(local(name, type), local(`b${step}_${column}`, type), local(target, type))));
    }
  }
  return statements;
}

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
  const offset = row * shape.resultRowStride + (shape.resultOffsets[column] as number);
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
  return `f32_tile_${rows}x${vectors * lanes}${last}_u${unroll}s${innerStride}_l${outerLoops}_a${dataRowStride}_y${resultRowStride}${offsets}_p${panelWidth}${epilogue.name}`;
}
