// The k largest of each line: a list kept sorted, into which an element is inserted if it beats the last.
import { Block } from '../../kernel-ir/block.ts';
import {
  advance,
  binary,
  compare,
  constant,
  convert,
  INDEX,
  index,
  load,
  local,
  mul,
  pointerTo,
  register,
  store,
  sub,
} from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, MemoryType } from '../../kernel-ir/types.ts';
import type { LibraryStage } from '../../stage/stage.ts';
import type { ScheduleContext, Scheduled } from '../scheduled.ts';
import { isEmpty, linesAlong } from './lines.ts';
import { isBefore } from './order.ts';

type TopK = Extract<LibraryStage, { kind: 'top_k' }>;

const EXTENT = local('extent', INDEX);
const COUNT = local('k', INDEX);

export function scheduleTopK(stage: TopK, { buffer }: ScheduleContext): Scheduled {
  const { type, shape } = buffer(stage.input);
  const lines = linesAlong(shape, shape.length - 1);
  if (isEmpty(lines) || stage.k === 0) return { functions: [], calls: [] };
  const declared = topKFunction(type);
  const buffers = [stage.values, stage.indices, stage.input].map((id) => ({ kind: 'buffer', buffer: id }) as const);
  const args = [...buffers, { kind: 'number', value: lines.extent } as const, { kind: 'number', value: stage.k } as const];
  return {
    functions: [declared],
    calls: [{ callee: declared.name, args, parallel: { extent: lines.outer }, flops: lines.outer * lines.extent }],
  };
}

function topKFunction(type: MemoryType): KernelFunction {
  const parameters = [
    { name: 'values', type: pointerTo(type), writes: true },
    { name: 'indices', type: pointerTo('i32'), writes: true },
    { name: 'x', type: pointerTo(type) },
    { name: 'extent', type: INDEX },
    { name: 'k', type: INDEX },
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const block = new Block();
  for (const { name } of parameters) block.names.fresh(name);
  block.loop('line', local('begin', INDEX), local('end', INDEX), (lineBody, line) => {
    const source = lineBody.bind(advance(local('x', pointerTo(type)), mul(line, EXTENT)), 'source');
    const values = lineBody.bind(advance(local('values', pointerTo(type)), mul(line, COUNT)), 'best');
    const indices = lineBody.bind(advance(local('indices', pointerTo('i32')), mul(line, COUNT)), 'places');
    lineBody.loop('i', 0, EXTENT, (body, position) => {
      const value = body.bind(load(advance(source, position)), 'v');
      considerElement(body, { value, position, values, indices });
    });
  });
  return { name: `top_k_${type}`, parameters, body: block.statements };
}

interface Candidate {
  readonly value: Expr;
  readonly position: Expr;
  readonly values: Expr;
  readonly indices: Expr;
}

/** The first k elements always enter the list; later ones if they are larger than its last. */
function considerElement(block: Block, candidate: Candidate): void {
  const { value, position, values } = candidate;
  const last = sub(COUNT, index(1));
  const enters = block.variable(compare('lt', position, COUNT), 'enters');
  block.when(compare('ge', position, COUNT), (inner) =>
    inner.assign(enters, isBefore(inner.bind(load(advance(values, last)), 'last'), value)),
  );
  block.when(enters, (inner) => insert(inner, candidate, binary('min', position, last)));
}

/** Moves smaller elements down by one place; equal ones stay before. */
function insert(block: Block, { value, position, values, indices }: Candidate, from: Expr): void {
  const place = block.variable(from, 'place');
  const moves = block.variable(constant(1, register('bool')), 'moves');
  block.whileLoop(moves, (body) => {
    // At place 0 what is read is of no matter.
    const before = body.bind(binary('max', sub(place, index(1)), index(0)), 'before');
    const other = body.bind(load(advance(values, before)), 'other');
    body.assign(moves, binary('and', compare('gt', place, index(0)), isBefore(other, value)));
    body.when(moves, (inner) => {
      inner.push(store(advance(values, place), 0, other), store(advance(indices, place), 0, load(advance(indices, before))));
      inner.assign(place, before);
    });
  });
  block.push(store(advance(values, place), 0, value), store(advance(indices, place), 0, convert(position, 'i32')));
}
