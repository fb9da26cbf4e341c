// The schedule that takes any compute stage: loops, vectors where memory allows them, reductions hoisted to where they belong.
import type { Buffer } from '../../stage/stage.ts';
import type { Schedule, Scheduled, ScheduledArgument, ScheduledCall, Scratch } from '../scheduled.ts';
import { countFlops } from './cost.ts';
import { cutStage } from './cut-stage.ts';
import { Dependences } from './dependences.ts';
import { emitNest } from './emit-nest.ts';
import { extractRepeated } from './extract-repeated.ts';
import { type MemoryStage, toMemoryStage } from './memory-stage.ts';
import { orderAxes, shapeAxes, shapeReductions, splitAxes } from './shape-axes.ts';

export const scheduleLoops: Schedule = (stage, context) => {
  if (stage.kind !== 'compute') return null;
  if (stage.axes.some(({ extent }) => extent === 0)) return { functions: [], calls: [] };
  const own = new Map<number, Buffer>();
  const buffer = (id: number): Buffer => own.get(id) ?? context.buffer(id);
  const newBuffer = (description: Omit<Buffer, 'id'>): Buffer => {
    // Negative, to be told from the program's.
    const created: Buffer = { ...description, id: -1 - own.size };
    own.set(created.id, created);
    return created;
  };
  const dependences = new Dependences(buffer);
  const whole = toMemoryStage(stage, context.buffer);
  const ordered = orderAxes(splitAxes({ ...whole, body: shapeReductions(whole.body) }));
  const pieces = extractRepeated(ordered, dependences, newBuffer)
    .flatMap((part) => cutStage(part, dependences))
    .map(shapeAxes);
  return schedulePieces(pieces, { ...context, dependences, buffer }, own);
};

type Context = Parameters<typeof emitNest>[2];

function schedulePieces(pieces: readonly MemoryStage[], context: Context, own: ReadonlyMap<number, Buffer>): Scheduled {
  const scratch = new Map(
    [...own].map(([id, buffer]): [number, Scratch] => [id, { name: buffer.name, type: buffer.type, elements: buffer.layout.elements }]),
  );
  const argument = (buffer: Buffer): ScheduledArgument => {
    const memory = scratch.get(buffer.id);
    return memory ? { kind: 'scratch', scratch: memory } : { kind: 'buffer', buffer: buffer.id };
  };
  const counts = new Map<string, number>();
  const nests = pieces.map((piece) => {
    const number = counts.get(piece.name) ?? 0;
    counts.set(piece.name, number + 1);
    const nest = emitNest(piece, functionName(piece.name, number), context);
    const flops = countFlops(piece.body) * piece.axes.reduce((product, { extent }) => product * extent, 1);
    const call: ScheduledCall = { callee: nest.declared.name, args: nest.buffers.map(argument), flops };
    return { nest, call: nest.parallelExtent === undefined ? call : { ...call, parallel: { extent: nest.parallelExtent } } };
  });
  return { functions: nests.map(({ nest }) => nest.declared), calls: nests.map(({ call }) => call) };
}

function functionName(stage: string, piece: number): string {
  const identifier = stage.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?![A-Za-z])/, 'k');
  return `${identifier}__loops${piece === 0 ? '' : `_${piece}`}`;
}
