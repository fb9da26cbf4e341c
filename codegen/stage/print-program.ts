// Programs of stages as text for people: buffers, then one line for each stage and each value that it computes twice.

import type { Axis, Bound, Buffer, IndexExpr, Layout, LibraryStage, Program, ProgramStep, Stage, StageExpr } from './stage.ts';
import { operandsOf } from './walk.ts';

export function printProgram(program: Program): string {
  const named = (kind: string, ports: Program['inputs']): string[] =>
    ports.map(({ name, buffer }) => `  ${kind} ${JSON.stringify(name)} = b${buffer}`);
  const lines = [
    `program ${JSON.stringify(program.name)}`,
    ...program.buffers.map((buffer) => `  ${printBuffer(buffer)}`),
    ...named('input', program.inputs),
    ...named('output', program.outputs),
    ...program.steps.flatMap((step) => printStep(step, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}

function printBuffer({ id, name, kind, type, shape, layout }: Buffer): string {
  return `${kind} b${id} ${JSON.stringify(name)}: ${type}[${shape.join(', ')}]${printLayout(layout, shape)}`;
}

/** Nothing where the buffer is row-major. */
function printLayout({ offset, strides, block, halo }: Layout, shape: readonly number[]): string {
  const parts: string[] = [];
  let expected = 1;
  const isRowMajor = [...strides].reverse().every((stride, position) => {
    const dim = shape[shape.length - 1 - position] as number;
    const fits = dim === 1 || stride === expected;
    expected *= dim;
    return fits;
  });
  if (!isRowMajor || block) parts.push(`strides [${strides.join(', ')}]`);
  if (block) parts.push(`dim ${block.dim} in blocks of ${block.size}, ${block.stride} apart`);
  if (offset) parts.push(`offset ${offset}`);
  if (halo.some(([before, after]) => before || after))
    parts.push(`halo [${halo.map(([before, after]) => `${before}+${after}`).join(', ')}]`);
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function printStep(step: ProgramStep, indent: string): string[] {
  const inner = (steps: readonly ProgramStep[]): string[] => steps.flatMap((each) => printStep(each, `${indent}  `));
  switch (step.kind) {
    case 'stage':
      return printStage(step.stage).map((line) => indent + line);
    case 'branch':
      return [
        `${indent}branch b${step.index}`,
        ...step.branches.flatMap((steps, position) => [`${indent}case ${position}`, ...inner(steps)]),
      ];
    case 'while':
      return [`${indent}while`, ...inner(step.test), `${indent}holds b${step.condition}`, ...inner(step.body)];
    case 'repeat':
      return [`${indent}repeat ${step.count} counting in b${step.counter}`, ...inner(step.body)];
    default:
      return step satisfies never;
  }
}

function printStage(stage: Stage): string[] {
  if (stage.kind !== 'compute' && stage.kind !== 'scatter') return [`${stage.name}: ${printLibrary(stage)}`];
  const printer = new ExpressionPrinter(stage.body);
  const place = `b${stage.output}[${stage.store.map((index) => printer.index(index)).join(', ')}]`;
  const sign = stage.kind === 'scatter' ? `${stage.op}=` : '=';
  const guard = stage.kind === 'scatter' ? printer.bounds(stage.conditions) : '';
  const value = printer.expression(stage.body);
  return [
    `${stage.name}: for ${stage.axes.map(printAxis).join(', ') || 'once'}`,
    ...printer.shared.map((line) => `  ${line}`),
    `  ${place} ${sign} ${value}${guard && ` where ${guard}`}`,
  ];
}

function printLibrary(stage: Exclude<LibraryStage, { kind: 'scatter' }>): string {
  switch (stage.kind) {
    case 'sort':
      return `${list(stage.outputs)} = sort(${list(stage.inputs)}) along ${stage.axis} by the first ${stage.keys}`;
    case 'top_k':
      return `b${stage.values}, b${stage.indices} = top_k(b${stage.input}, ${stage.k})`;
    case 'cumulative':
      return `b${stage.output} = cumulative ${stage.op}(b${stage.input}) along ${stage.axis}${stage.reverse ? ' backwards' : ''}`;
    case 'random_bits':
      return `b${stage.output} = random_bits(b${stage.key})`;
    default:
      return stage satisfies never;
  }
}

const list = (buffers: readonly number[]): string => buffers.map((id) => `b${id}`).join(', ');
const printAxis = ({ name, extent }: Axis): string => `${name} < ${extent}`;

/** Prints one expression; values that stand in several places get a name and a line of their own. */
class ExpressionPrinter {
  readonly shared: string[] = [];
  readonly #uses = new Map<StageExpr, number>();
  readonly #names = new Map<StageExpr, string>();

  constructor(root: StageExpr) {
    this.#count(root);
  }

  expression(expr: StageExpr): string {
    const known = this.#names.get(expr);
    if (known) return known;
    const text = this.#print(expr);
    const isSimple = expr.kind === 'constant' || expr.kind === 'load' || expr.kind === 'position';
    if (isSimple || (this.#uses.get(expr) ?? 0) < 2) return text;
    const name = `t${this.#names.size}`;
    this.#names.set(expr, name);
    this.shared.push(`${name} = ${text}`);
    return name;
  }

  index(index: IndexExpr): string {
    switch (index.kind) {
      case 'constant':
        return `${index.value}`;
      case 'axis':
        return index.axis.name;
      case 'add':
        return `${this.index(index.left)} ${this.#summand(index.right)}`;
      case 'multiply':
        return `${this.#factor(index.value)}*${index.factor}`;
      case 'divide':
        return `${this.#factor(index.value)}/${index.divisor}`;
      case 'remainder':
        return `${this.#factor(index.value)}%${index.divisor}`;
      case 'clamp':
        return `clamp(${this.index(index.value)}, ${index.extent})`;
      case 'value':
        return this.expression(index.expr);
      default:
        return index satisfies never;
    }
  }

  bounds(conditions: readonly Bound[]): string {
    return conditions.map(({ index, extent }) => `0 <= ${this.index(index)} < ${extent}`).join(' and ');
  }

  #summand(index: IndexExpr): string {
    const isNegative = index.kind === 'constant' && index.value < 0;
    return isNegative ? `- ${-index.value}` : `+ ${this.index(index)}`;
  }

  #factor(index: IndexExpr): string {
    return index.kind === 'add' ? `(${this.index(index)})` : this.index(index);
  }

  #print(expr: StageExpr): string {
    switch (expr.kind) {
      case 'constant':
        return `${expr.value}`;
      case 'position':
        return `position(${this.index(expr.index)})`;
      case 'load':
        return `b${expr.buffer}[${expr.indices.map((index) => this.index(index)).join(', ')}]`;
      case 'elementwise':
        return `${expr.op}(${expr.args.map((arg) => this.expression(arg)).join(', ')})`;
      case 'cast':
      case 'bitcast':
        return `${expr.kind}:${expr.type}(${this.expression(expr.value)})`;
      case 'reduce':
        return `${expr.op}[${expr.axes.map(printAxis).join(', ')}](${this.expression(expr.body)})`;
      case 'guard':
        return `(${this.bounds(expr.conditions)} ? ${this.expression(expr.body)} : ${this.expression(expr.otherwise)})`;
      default:
        return expr satisfies never;
    }
  }

  #count(expr: StageExpr): void {
    const uses = (this.#uses.get(expr) ?? 0) + 1;
    this.#uses.set(expr, uses);
    if (uses === 1) for (const operand of operandsOf(expr)) this.#count(operand);
  }
}
