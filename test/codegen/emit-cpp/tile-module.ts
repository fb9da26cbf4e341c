// A matrix product by register tiles, written by hand the way a schedule writes it: rows x vectors of named accumulators.
import {
  add,
  advance,
  assign,
  call,
  constant,
  declare,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  mul,
  mulAdd,
  pointerTo,
  register,
  type Statement,
  splat,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import type { KernelModule } from '../../../codegen/module.ts';

export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  readonly lanes: number;
  readonly unroll: number;
  /** Length of the reduction. */
  readonly depth: number;
}

const floats = pointerTo('f32');
const a = local('a', floats);
const b = local('b', floats);
const out = local('out', floats);

/** out[rows, columns] = a[rows, depth] * b[depth, columns], with b packed by rows of `columns`. */
function tileFunction({ rows, vectors, lanes, unroll, depth }: Tile): KernelFunction {
  const type = register('f32', lanes);
  const columns = vectors * lanes;
  const sum = (row: number, vector: number): Expr => local(`c${row}_${vector}`, type);
  const each = <Result>(make: (row: number, vector: number) => Result): Result[] =>
    Array.from({ length: rows * vectors }, (_, i) => make(Math.floor(i / vectors), i % vectors));
  const step = (at: number): Statement[] => {
    const weight = (vector: number): Expr => local(`b${at}_${vector}`, type);
    const loads = Array.from({ length: vectors }, (_, vector) =>
      declare(`b${at}_${vector}`, load(local('panel', floats), at * columns + vector * lanes, lanes)),
    );
    const rowsOf = Array.from({ length: rows }, (_, row) => [
      declare(`a${at}_${row}`, splat(load(local('pixel', floats), row * depth + at), lanes)),
      ...Array.from({ length: vectors }, (_, vector) =>
        assign(`c${row}_${vector}`, mulAdd(local(`a${at}_${row}`, type), weight(vector), sum(row, vector))),
      ),
    ]);
    return [...loads, ...rowsOf.flat()];
  };
  const k = local('k', INDEX);
  return {
    name: `tile__f32_${rows}x${columns}`,
    parameters: [
      { name: 'a', type: floats },
      { name: 'b', type: floats },
      { name: 'out', type: floats, writes: true },
      { name: 'depth', type: INDEX },
    ],
    body: [
      ...each((row, vector) => declare(`c${row}_${vector}`, constant(0, type))),
      loop(
        'k',
        0,
        local('depth', INDEX),
        [
          declare('pixel', advance(a, k)),
          declare('panel', advance(b, mul(k, index(columns)))),
          ...Array.from({ length: unroll }, (_, at) => step(at)).flat(),
        ],
        unroll,
      ),
      ...each((row, vector) => store(out, row * columns + vector * lanes, sum(row, vector))),
    ],
  };
}

/** Computes the tile `repeats` times, as a network would call it. */
export function tileModule(tile: Tile, repeats: number): KernelModule {
  const { rows, vectors, lanes, depth } = tile;
  const columns = vectors * lanes;
  const kernel = tileFunction(tile);
  const driver: KernelFunction = {
    name: `driver__f32_${rows}x${columns}`,
    parameters: [
      { name: 'a', type: floats },
      { name: 'b', type: floats },
      { name: 'out', type: floats, writes: true },
    ],
    body: [loop('i', 0, repeats, [call(kernel.name, [a, b, out, add(index(depth), mul(local('i', INDEX), index(0)))])])],
  };
  const slot = (name: string, elements: number) => ({ name, type: 'f32' as const, shape: [elements], bytes: elements * 4 });
  return {
    name: `tile_${rows}x${columns}`,
    functions: [kernel, driver],
    prepare: [],
    run: [
      {
        kind: 'call',
        callee: driver.name,
        label: 'tile',
        flops: 2 * rows * columns * depth * repeats,
        args: [
          { kind: 'address', memory: 'f32', address: { region: 'input', index: 0, offset: 0 } },
          { kind: 'address', memory: 'f32', address: { region: 'weights', index: 0, offset: 0 } },
          { kind: 'address', memory: 'f32', address: { region: 'output', index: 0, offset: 0 } },
        ],
      },
    ],
    inputs: [slot('a', rows * depth)],
    outputs: [slot('out', rows * columns)],
    weights: new Uint8Array(Float32Array.from({ length: depth * columns }, (_, i) => ((i * 7) % 13) - 6).buffer),
    arenaBytes: 0,
  };
}
