// Kernel IR as text for people: one statement a line, types where they are declared.
import { entriesOf, type KernelModule, type ModuleStep, type StepArgument } from '../module.ts';
import type { Expr, KernelFunction, Statement } from './types.ts';
import { formatType } from './verify.ts';

/** Functions, then the steps that call them. */
export function printModule(module: KernelModule): string {
  const header = `module ${module.name}: ${module.weights.byteLength} bytes of weights, ${module.arenaBytes} bytes of arena`;
  const prepare = module.prepare.length ? ['prepare', ...module.prepare.flatMap((step) => printStep(step, '  '))] : [];
  const states = (module.states ?? []).map(
    ({ name, type, shape, offset }) => `state ${JSON.stringify(name)}: ${type}[${shape.join(', ')}] at ${offset}`,
  );
  const runs = entriesOf(module).flatMap(({ name, run }) => [name, ...run.flatMap((step) => printStep(step, '  '))]);
  return `${[header, ...states, '', ...module.functions.map((declared) => `${printFunction(declared)}\n`), ...prepare, ...runs].join('\n')}\n`;
}

export function printFunction(declared: KernelFunction): string {
  const parameters = declared.parameters.map(({ name, type, writes }) => `${name}: ${writes ? 'out ' : ''}${formatType(type)}`);
  return [
    `${declared.inline ? 'inline ' : ''}function ${declared.name}(${parameters.join(', ')})`,
    ...printBlock(declared.body, '  '),
  ].join('\n');
}

function printBlock(statements: readonly Statement[], indent: string): string[] {
  return statements.flatMap((statement) => printStatement(statement, indent));
}

function printStatement(statement: Statement, indent: string): string[] {
  const inner = `${indent}  `;
  switch (statement.kind) {
    case 'let':
      return [`${indent}let ${statement.name}: ${formatType(statement.type)} = ${printExpr(statement.value)}`];
    case 'assign':
      return [`${indent}${statement.name} = ${printExpr(statement.value)}`];
    case 'store':
      return [`${indent}${printPlace(statement.pointer, statement.offset)} = ${printExpr(statement.value)}`];
    case 'for': {
      const step = statement.step === 1 ? '' : ` step ${statement.step}`;
      const axis = statement.axis === 'serial' ? '' : ` ${statement.axis}`;
      return [
        `${indent}for${axis} ${statement.name} in ${printExpr(statement.from)} .. ${printExpr(statement.to)}${step}`,
        ...printBlock(statement.body, inner),
      ];
    }
    case 'while':
      return [`${indent}while ${printExpr(statement.condition)}`, ...printBlock(statement.body, inner)];
    case 'if': {
      const otherwise = statement.otherwise.length ? [`${indent}else`, ...printBlock(statement.otherwise, inner)] : [];
      return [`${indent}if ${printExpr(statement.condition)}`, ...printBlock(statement.then, inner), ...otherwise];
    }
    case 'call':
      return [`${indent}${statement.callee}(${statement.args.map(printExpr).join(', ')})`];
    case 'array':
      return [`${indent}array ${statement.name}: ${formatType(statement.type)}[${statement.elements}]`];
    case 'barrier':
      return [`${indent}barrier`];
    case 'comment':
      return [`${indent}# ${statement.text}`];
    default:
      return statement satisfies never;
  }
}

function printPlace(pointer: Expr, offset: number): string {
  return `${printExpr(pointer)}[${offset}]`;
}

/** Calls in prefix form, infix where it is usual. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'constant':
      return expr.type.scalar === 'index' ? `${expr.value}` : `${Object.is(expr.value, -0) ? '-0' : expr.value}:${formatType(expr.type)}`;
    case 'lanes':
      return `lanes:${formatType(expr.type)}`;
    case 'local':
      return expr.name;
    case 'unary':
      return `${expr.op}(${printExpr(expr.value)})`;
    case 'binary':
      return printBinary(expr.op, expr.left, expr.right);
    case 'mulAdd':
      return `mulAdd(${[expr.a, expr.b, expr.c].map(printExpr).join(', ')})`;
    case 'compare':
      return `(${printExpr(expr.left)} ${COMPARE_SIGNS[expr.op]} ${printExpr(expr.right)})`;
    case 'select':
      return `select(${[expr.condition, expr.onTrue, expr.onFalse].map(printExpr).join(', ')})`;
    case 'convert':
    case 'bitcast':
    case 'splat':
      return `${expr.kind}:${formatType(expr.type)}(${printExpr(expr.value)})`;
    case 'narrow':
      return `narrow:${expr.to}(${printExpr(expr.value)})`;
    case 'extract':
      return `extract(${printExpr(expr.value)}, ${expr.lane})`;
    case 'reduceLanes':
      return `reduceLanes:${expr.op}(${printExpr(expr.value)})`;
    case 'load':
      return `${printPlace(expr.pointer, expr.offset)}${expr.type.lanes > 1 ? `:${formatType(expr.type)}` : ''}`;
    case 'advance':
      return `(${printExpr(expr.pointer)} @ ${printExpr(expr.index)})`;
    default:
      return expr satisfies never;
  }
}

const COMPARE_SIGNS = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
const SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
};

function printBinary(op: string, left: Expr, right: Expr): string {
  const sign = SIGNS[op];
  return sign ? `(${printExpr(left)} ${sign} ${printExpr(right)})` : `${op}(${printExpr(left)}, ${printExpr(right)})`;
}

function printStep(step: ModuleStep, indent: string): string[] {
  const nested = (steps: readonly ModuleStep[]): string[] => steps.flatMap((inner) => printStep(inner, `${indent}  `));
  switch (step.kind) {
    case 'call': {
      const range = step.parallel ? [`0 .. ${step.parallel.extent} parallel`] : [];
      return [`${indent}${step.callee}(${[...step.args.map(printArgument), ...range].join(', ')})  # ${step.label}`];
    }
    case 'zero':
      return [`${indent}zero ${printAddress(step.address)}, ${step.bytes} bytes`];
    case 'branch':
      return [
        `${indent}branch ${printAddress(step.index)}`,
        ...step.branches.flatMap((steps, position) => [`${indent}case ${position}`, ...nested(steps)]),
      ];
    case 'while':
      return [`${indent}while`, ...nested(step.test), `${indent}holds ${printAddress(step.condition)}`, ...nested(step.body)];
    case 'repeat':
      return [`${indent}repeat ${step.count} counting in ${printAddress(step.counter)}`, ...nested(step.body)];
    default:
      return step satisfies never;
  }
}

const printArgument = (arg: StepArgument): string => (arg.kind === 'number' ? `${arg.value}` : printAddress(arg.address));

function printAddress({ region, index, offset }: Extract<StepArgument, { kind: 'address' }>['address']): string {
  const name = region === 'input' || region === 'output' ? `${region}${index}` : region;
  return `${name}+${offset}`;
}
