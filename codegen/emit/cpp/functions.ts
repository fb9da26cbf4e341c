// Kernel IR functions as C++ functions: locals one to one, loops rolled, nothing decided here.
import { type Expr, isPointer, type KernelFunction, type KernelType, type Statement } from '../../kernel-ir/index.ts';
import { printStore } from './conversions.ts';
import { printExpr, type Scope } from './expressions.ts';
import { lineComment, Names } from './names.ts';
import type { Unit } from './unit.ts';

export interface FunctionContext {
  readonly unit: Unit;
  /** The C++ name of a kernel function. */
  readonly functionName: (name: string) => string;
  /** Names that no local may take: functions of the file. */
  readonly taken: ReadonlySet<string>;
  /** Pointers of the function that lead to a store. */
  readonly written: ReadonlySet<string>;
  /** Whether other files call it. */
  readonly isSplit?: boolean;
}

interface FunctionScope extends Scope {
  readonly context: FunctionContext;
  /** Locals whose value is used; the rest would be warned of. */
  readonly read: ReadonlySet<string>;
  /** Locals and parameters that are assigned after they are declared. */
  readonly assigned: ReadonlySet<string>;
}

/** A definition, without the comment before it. */
export function printFunction(declared: KernelFunction, context: FunctionContext): string {
  const scope = scopeOf(declared, context);
  return [`${printHead(declared, scope)} {`, ...printBlock(declared.body, scope, '  '), '}'].join('\n');
}

/** What a file needs to call a function of another. */
export const printDeclaration = (declared: KernelFunction, context: FunctionContext): string =>
  `${printHead(declared, scopeOf(declared, context)).replaceAll('[[maybe_unused]] ', '')};`;

function scopeOf(declared: KernelFunction, context: FunctionContext): FunctionScope {
  const names = new Names(context.taken);
  return { unit: context.unit, nameOf: (local) => names.of(local), context, ...findUses(declared.body) };
}

function printHead(declared: KernelFunction, scope: FunctionScope): string {
  const parameters = declared.parameters.map(({ name, type }) => declaration(name, type, scope));
  const linkage = declared.inline ? 'KERASC_INLINE' : scope.context.isSplit ? 'KERASC_SPLIT_KERNEL' : 'KERASC_KERNEL';
  return `${linkage} void ${scope.context.functionName(declared.name)}(${parameters.join(', ')})`;
}

/** The type of a parameter in C++, for those who call it. */
export function printParameterType(type: KernelType, isWritten: boolean, unit: Unit): string {
  if (!isPointer(type)) return `${unit.type(type)} `;
  return `${isWritten ? '' : 'const '}${unit.memory(type.pointer)}* `;
}

function declaration(name: string, type: KernelType, scope: FunctionScope): string {
  const unused = scope.read.has(name) ? '' : '[[maybe_unused]] ';
  return `${unused}${printParameterType(type, scope.context.written.has(name), scope.unit)}${scope.nameOf(name)}`;
}

function printBlock(statements: readonly Statement[], scope: FunctionScope, indent: string): string[] {
  return statements.flatMap((statement) => printStatement(statement, scope).map((line) => indent + line));
}

function printStatement(statement: Statement, scope: FunctionScope): string[] {
  switch (statement.kind) {
    case 'let':
      return [`${declaration(statement.name, statement.type, scope)} = ${printExpr(statement.value, scope)};`];
    case 'assign':
      return [`${scope.nameOf(statement.name)} = ${printExpr(statement.value, scope)};`];
    case 'store':
      return [printStore(statement.pointer, statement.offset, statement.value, scope)];
    case 'for':
      return printLoop(statement, scope);
    case 'while':
      return ['KERASC_ROLLED', `while (${printExpr(statement.condition, scope)}) {`, ...printBlock(statement.body, scope, '  '), '}'];
    case 'if':
      return printIf(statement, scope);
    case 'call':
      return [`${scope.context.functionName(statement.callee)}(${statement.args.map((arg) => printExpr(arg, scope)).join(', ')});`];
    case 'array':
      return [`alignas(64) ${scope.unit.memory(statement.type.pointer)} ${scope.nameOf(statement.name)}[${statement.elements}];`];
    case 'barrier':
      return [];
    case 'comment':
      return [lineComment(statement.text)];
    default:
      return statement satisfies never;
  }
}

function printLoop(statement: Extract<Statement, { kind: 'for' }>, scope: FunctionScope): string[] {
  const name = scope.nameOf(statement.name);
  const from = printExpr(statement.from, scope);
  const to = printExpr(statement.to, scope);
  // The bound is evaluated once: what it is computed from may change in the loop.
  const isFixed = statement.to.kind === 'constant' || (statement.to.kind === 'local' && !scope.assigned.has(statement.to.name));
  const end = isFixed ? to : scope.nameOf(`${statement.name} end`);
  const step = statement.step === 1 ? `${name}++` : `${name} += ${statement.step}`;
  const head = `for (index ${name} = ${from}${isFixed ? '' : `, ${end} = ${to}`}; ${name} < ${end}; ${step}) {`;
  scope.unit.type({ scalar: 'index', lanes: 1 });
  return ['KERASC_ROLLED', head, ...printBlock(statement.body, scope, '  '), '}'];
}

function printIf(statement: Extract<Statement, { kind: 'if' }>, scope: FunctionScope): string[] {
  const head = [`if (${printExpr(statement.condition, scope)}) {`, ...printBlock(statement.then, scope, '  ')];
  if (statement.otherwise.length === 0) return [...head, '}'];
  return [...head, '} else {', ...printBlock(statement.otherwise, scope, '  '), '}'];
}

function findUses(body: readonly Statement[]): { read: Set<string>; assigned: Set<string> } {
  const read = new Set<string>();
  const assigned = new Set<string>();
  const visitBlock = (statements: readonly Statement[]): void => statements.forEach(visit);
  const visit = (statement: Statement): void => {
    for (const expr of expressionsOf(statement)) collectLocals(expr, read);
    if (statement.kind === 'assign') assigned.add(statement.name);
    if (statement.kind === 'for' || statement.kind === 'while') visitBlock(statement.body);
    if (statement.kind === 'if') visitBlock([...statement.then, ...statement.otherwise]);
  };
  visitBlock(body);
  return { read, assigned };
}

/** Expressions that a statement evaluates itself, without those of its blocks. */
function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.kind) {
    case 'let':
    case 'assign':
      return [statement.value];
    case 'store':
      return [statement.pointer, statement.value];
    case 'for':
      return [statement.from, statement.to];
    case 'while':
    case 'if':
      return [statement.condition];
    case 'call':
      return statement.args;
    case 'array':
    case 'barrier':
    case 'comment':
      return [];
    default:
      return statement satisfies never;
  }
}

function collectLocals(expr: Expr, into: Set<string>): void {
  switch (expr.kind) {
    case 'local':
      into.add(expr.name);
      return;
    case 'constant':
    case 'lanes':
      return;
    case 'binary':
    case 'compare':
      return [expr.left, expr.right].forEach((operand) => collectLocals(operand, into));
    case 'mulAdd':
      return [expr.a, expr.b, expr.c].forEach((operand) => collectLocals(operand, into));
    case 'select':
      return [expr.condition, expr.onTrue, expr.onFalse].forEach((operand) => collectLocals(operand, into));
    case 'load':
      return collectLocals(expr.pointer, into);
    case 'advance':
      return [expr.pointer, expr.index].forEach((operand) => collectLocals(operand, into));
    default:
      return collectLocals(expr.value, into);
  }
}
