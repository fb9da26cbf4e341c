// The filters G g G^T of every channel pair, in panels per point: computed when the program is built, or, where the filters are computed
// themselves, by functions that run before the convolution.
import {
  add,
  advance,
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
  type Parameter,
  pointerTo,
  register,
  type Statement,
  scale,
  store,
} from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { strideOf } from '../contraction/access.ts';
import { inBlocks } from '../contraction/in-blocks.ts';
import { paddedColumns } from '../contraction/reduction.ts';
import type { Packing, ScheduledArgument, ScheduledCall, Scratch } from '../scheduled.ts';
import { filterElements, type Plan } from './plan.ts';
import { binder, range } from './tile-functions.ts';
import { filterMatrix } from './transforms.ts';

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const position = (name: string): Expr => local(name, INDEX);

/** Strides of the filters along their taps, channels and columns. */
interface FilterStrides {
  readonly offset: number;
  readonly y: number;
  readonly x: number;
  readonly c: number;
  readonly n: number;
}

function stridesOf({ shape, weights }: Plan): FilterStrides {
  const at = (axis: Axis): number => strideOf(weights, axis);
  return { offset: weights.offset, y: at(shape.taps[0]), x: at(shape.taps[1]), c: at(shape.channel), n: at(shape.column) };
}

/** Filters that are known, transformed in double. */
export function packFilters(plan: Plan): Packing {
  const { panels, weights } = plan;
  const { edge, channel, column } = plan.shape;
  const points = edge + 2;
  const g = filterMatrix(edge);
  const columns = paddedColumns(panels);
  const strides = stridesOf(plan);
  return {
    key: `winograd:${edge}:${panels.width}:${panels.lastWidth}:${weights.offset}:${[strides.y, strides.x, strides.c, strides.n]}`,
    elements: filterElements(plan),
    pack: (values) => {
      const packed = new Float32Array(filterElements(plan));
      const filter = new Float64Array(9);
      for (let c = 0; c < channel.extent; c++) {
        for (let n = 0; n < column.extent; n++) {
          const base = weights.offset + c * strides.c + n * strides.n;
          for (let tap = 0; tap < 9; tap++) filter[tap] = values[base + Math.floor(tap / 3) * strides.y + (tap % 3) * strides.x] as number;
          const panel = Math.floor(n / panels.width);
          const panelWidth = panel === panels.count - 1 ? panels.lastWidth : panels.width;
          const target = panel * panels.width * channel.extent + c * panelWidth + (n - panel * panels.width);
          for (let point = 0; point < points * points; point++) {
            packed[point * channel.extent * columns + target] = transformedFilter(
              filter,
              g[Math.floor(point / points)] as readonly number[],
              g[point % points] as readonly number[],
            );
          }
        }
      }
      return packed;
    },
  };
}

function transformedFilter(filter: Float64Array, left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += (left[i] as number) * (filter[i * 3 + j] as number) * (right[j] as number);
  return sum;
}

/** The argument for filters that are computed, and the calls that transform them before. */
export function transformFilters(plan: Plan): {
  readonly argument: ScheduledArgument;
  readonly functions: readonly KernelFunction[];
  readonly calls: readonly ScheduledCall[];
} {
  const { contraction, shape } = plan;
  const name = `${contraction.stage.name}__f32_winograd${shape.edge}`;
  const source: ScheduledArgument = { kind: 'buffer', buffer: plan.weights.buffer.id };
  const argument: ScheduledArgument = { kind: 'scratch', scratch: { name: 'filters', type: 'f32', elements: filterElements(plan) } };
  const strides = stridesOf(plan);
  const transform = (from: ScheduledArgument, at: FilterStrides): { function: KernelFunction; call: ScheduledCall } => {
    const declared = filterFunction(plan, at, `${name}_filters_${contraction.stage.output}`);
    const flops = 18 * (shape.edge + 2) ** 2 * shape.channel.extent * shape.column.extent;
    return {
      function: declared,
      call: { callee: declared.name, args: [from, argument], parallel: { extent: shape.channel.extent }, flops },
    };
  };
  if (strides.n === 1) {
    const only = transform(source, strides);
    return { argument, functions: [only.function], calls: [only.call] };
  }
  const columns = shape.column.extent;
  const sideBySide: FilterStrides = {
    offset: 0,
    y: 3 * shape.channel.extent * columns,
    x: shape.channel.extent * columns,
    c: columns,
    n: 1,
  };
  const scratch: Scratch = { name: 'turned', type: 'f32', elements: 9 * shape.channel.extent * columns };
  const turned: ScheduledArgument = { kind: 'scratch', scratch };
  const turn = turnFunction(plan, strides, `${name}_turn_${contraction.stage.output}`);
  const { function: declared, call } = transform(turned, sideBySide);
  return {
    argument,
    functions: [turn, declared],
    calls: [{ callee: turn.name, args: [source, turned], parallel: { extent: 9 }, flops: 0 }, call],
  };
}

const RANGE: readonly Parameter[] = [
  { name: 'begin', type: INDEX },
  { name: 'end', type: INDEX },
];

/** Copies filters so that columns lie side by side, `lanes` columns of one channel after the other. */
function turnFunction({ shape, target }: Plan, from: FilterStrides, name: string): KernelFunction {
  const { lanes } = target;
  const columns = shape.column.extent;
  const [tap, n, c] = [position('tap'), position('n'), position('c')];
  const x: Expr = { kind: 'binary', type: INDEX, op: 'rem', left: tap, right: index(3) };
  const y: Expr = { kind: 'binary', type: INDEX, op: 'div', left: tap, right: index(3) };
  const body = [
    declare('s', advance(pointer('b'), add(index(from.offset), add(scale(y, from.y), scale(x, from.x))))),
    declare('t', advance(pointer('p'), scale(tap, shape.channel.extent * columns))),
    loop(
      'n',
      0,
      columns,
      [
        loop('c', 0, shape.channel.extent, [
          declare('r', advance(pointer('s'), add(scale(n, from.n), scale(c, from.c)))),
          declare('w', advance(pointer('t'), add(scale(c, columns), n))),
          ...range(lanes).map((lane) => store(pointer('w'), lane, load(advance(pointer('r'), index(lane * from.n))))),
        ]),
      ],
      lanes,
    ),
  ];
  return { name, parameters: filterParameters(), body: [loop('tap', position('begin'), position('end'), body)] };
}

const filterParameters = (): readonly Parameter[] => [
  { name: 'b', type: F32_POINTER },
  { name: 'p', type: F32_POINTER, writes: true },
  ...RANGE,
];

/** Transforms the filters of a range of channels, a vector of columns at a time. */
function filterFunction(plan: Plan, from: FilterStrides, name: string): KernelFunction {
  const { shape, target, panels } = plan;
  const { lanes } = target;
  const points = shape.edge + 2;
  const columns = paddedColumns(panels);
  const channels = shape.channel.extent;
  const c = position('c');
  const vectors = (start: number, width: number, count: number, loopName: string): Statement[] => {
    const at = inBlocks(position(loopName), lanes, { size: width, stride: width * channels });
    const body: Statement[] = [
      declare(
        `r${loopName}`,
        advance(pointer('b'), add(index(from.offset + start), add(scale(c, from.c), scale(position(loopName), lanes)))),
      ),
      declare(`w${loopName}`, advance(pointer('p'), add(index(start * channels), add(scale(c, width), at)))),
    ];
    const bind = binder(body, `${loopName}_`);
    const taps = range(3).map((y) =>
      range(3).map((x) => bind(load(advance(pointer(`r${loopName}`), index(y * from.y + x * from.x)), 0, lanes))),
    );
    const g = filterMatrix(shape.edge);
    const half = range(points).map((i) =>
      range(3).map((x) =>
        bind(
          combine(
            g[i] as readonly number[],
            taps.map((row) => row[x] as Expr),
            lanes,
          ),
        ),
      ),
    );
    for (const i of range(points)) {
      for (const j of range(points)) {
        const value = combine(g[j] as readonly number[], half[i] as readonly Expr[], lanes);
        body.push(store(pointer(`w${loopName}`), (i * points + j) * channels * columns, value));
      }
    }
    return [loop(loopName, 0, count, body)];
  };
  const lastStart = (panels.count - 1) * panels.width;
  const isEven = panels.lastWidth === panels.width;
  const whole = isEven ? shape.column.extent : lastStart;
  const rest = shape.column.extent - whole;
  return {
    name,
    parameters: filterParameters(),
    body: [
      loop('c', position('begin'), position('end'), [
        ...(whole > 0 ? vectors(0, panels.width, whole / lanes, 'n') : []),
        ...(rest > 0 ? vectors(whole, panels.lastWidth, rest / lanes, 'm') : []),
      ]),
    ],
  };
}

/** Sum of factors times values, without those that are zero. */
function combine(factors: readonly number[], values: readonly Expr[], lanes: number): Expr {
  const vector = register('f32', lanes);
  let sum: Expr | undefined;
  factors.forEach((factor, which) => {
    const value = values[which] as Expr;
    if (factor === 0) return;
    if (!sum) sum = factor === 1 ? value : mul(value, constant(factor, vector));
    else sum = factor === 1 ? add(sum, value) : mulAdd(value, constant(factor, vector), sum);
  });
  return sum ?? constant(0, vector);
}
