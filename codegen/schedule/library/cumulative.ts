// Cumulative sums, products, maxima and minima along an axis, one line after the other.
import { Block } from '../../kernel-ir/block.ts';
import {
  binary,
  constant,
  convert,
  INDEX,
  index,
  load,
  local,
  pointerTo,
  register,
  registerFor,
  store,
  sub,
} from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, MemoryType } from '../../kernel-ir/types.ts';
import { fitElement, isFloatRegister } from '../../math/convert-elements.ts';
import { elementwise } from '../../math/elementwise.ts';
import { neutralElement } from '../../stage/evaluate.ts';
import type { LibraryStage } from '../../stage/stage.ts';
import type { ScheduleContext, Scheduled } from '../scheduled.ts';
import { EXTENT, elementOf, INNER, isEmpty, LINE_PARAMETERS, lineArguments, lineStart, linesAlong } from './lines.ts';

type Cumulative = Extract<LibraryStage, { kind: 'cumulative' }>;

const OPERATIONS = { sum: 'add', product: 'multiply', max: 'maximum', min: 'minimum' } as const;

export function scheduleCumulative(stage: Cumulative, { buffer }: ScheduleContext): Scheduled {
  const { type, shape } = buffer(stage.input);
  const lines = linesAlong(shape, stage.axis);
  if (isEmpty(lines)) return { functions: [], calls: [] };
  const declared = cumulativeFunction(stage, type);
  const args = [
    { kind: 'buffer', buffer: stage.output } as const,
    { kind: 'buffer', buffer: stage.input } as const,
    ...lineArguments(lines),
  ];
  const flops = lines.outer * lines.extent * lines.inner;
  return { functions: [declared], calls: [{ callee: declared.name, args, parallel: { extent: lines.outer }, flops }] };
}

function cumulativeFunction({ op, reverse }: Cumulative, type: MemoryType): KernelFunction {
  const block = new Block();
  for (const name of ['y', 'x', 'extent', 'inner', 'begin', 'end']) block.names.fresh(name);
  block.loop('outer', local('begin', INDEX), local('end', INDEX), (outerBody, outer) => {
    outerBody.loop('i', 0, INNER, (body, inner) => {
      const target = body.bind(lineStart(local('y', pointerTo(type)), outer, inner), 'target');
      const source = body.bind(lineStart(local('x', pointerTo(type)), outer, inner), 'source');
      accumulate(body, { op, reverse, type, target, source });
    });
  });
  return {
    name: `cumulative_${op}${reverse ? '_reverse' : ''}_${type}`,
    parameters: [
      { name: 'y', type: pointerTo(type), writes: true },
      { name: 'x', type: pointerTo(type) },
      ...LINE_PARAMETERS,
      { name: 'begin', type: INDEX },
      { name: 'end', type: INDEX },
    ],
    body: block.statements,
  };
}

/** Sums and products of floats are kept in float64, so that long lines stay accurate. */
function accumulate(
  block: Block,
  line: Pick<Cumulative, 'op' | 'reverse'> & { readonly type: MemoryType; readonly target: Expr; readonly source: Expr },
): void {
  const { op, reverse, type, target, source } = line;
  const element = registerFor(type);
  const isWide = isFloatRegister(element) && (op === 'sum' || op === 'product');
  const kept = isWide ? register('f64') : element;
  const total = block.variable(constant(neutralElement(op, type), kept), 'total');
  block.loop('k', 0, EXTENT, (body, k) => {
    const position = reverse ? body.bind(sub(sub(EXTENT, index(1)), k), 'position') : k;
    const value = body.bind(load(elementOf(source, position)), 'v');
    const next = isWide
      ? binary(op === 'sum' ? 'add' : 'mul', total, convert(value, 'f64'))
      : elementwise(body, OPERATIONS[op], type, [total, value]);
    body.assign(total, next);
    body.push(store(elementOf(target, position), 0, fitElement(convert(total, element.scalar), type)));
  });
}
