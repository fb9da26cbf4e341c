// Kernel IR statements and functions in WebAssembly.
import binaryen from 'binaryen';
import type { Expr, KernelFunction, Statement } from '../../kernel-ir/types.ts';
import { emitExpr } from './expression.ts';
import { type Ref, wasmType } from './machine.ts';
import { emitStore } from './memory.ts';
import { FunctionScope, type ModuleScope } from './scope.ts';

export function emitFunction(shared: ModuleScope, declared: KernelFunction): void {
  const scope = new FunctionScope(shared, declared);
  const statements = block(scope, declared.body);
  const constants = scope.setConstants();
  const body = constants.length > 0 ? shared.module.block(null, [...constants, statements]) : statements;
  const parameters = binaryen.createType(declared.parameters.map(({ type }) => wasmType(type)));
  shared.module.addFunction(declared.name, parameters, binaryen.none, scope.variables, body);
}

function block(scope: FunctionScope, statements: readonly Statement[]): Ref {
  const emitted = statements.flatMap((statement) => emitStatement(scope, statement));
  return emitted.length === 1 ? (emitted[0] as Ref) : scope.module.block(null, emitted);
}

function emitStatement(scope: FunctionScope, statement: Statement): Ref[] {
  switch (statement.kind) {
    case 'let': {
      const value = evaluate(scope, statement.value);
      scope.declare(statement.name, statement.type);
      return [scope.set(statement.name, value)];
    }
    case 'assign':
      return [scope.set(statement.name, evaluate(scope, statement.value))];
    case 'store': {
      const stored = emitStore(scope, statement.pointer, statement.offset, statement.value, emitExpr);
      scope.releaseTemporaries();
      return [stored];
    }
    case 'for':
      return emitFor(scope, statement);
    case 'while':
      return [emitWhile(scope, statement)];
    case 'if': {
      const condition = evaluate(scope, statement.condition);
      const otherwise = statement.otherwise.length > 0 ? [block(scope, statement.otherwise)] : [];
      return [scope.module.if(condition, block(scope, statement.then), ...otherwise)];
    }
    case 'call': {
      const args = statement.args.map((arg) => emitExpr(scope, arg));
      scope.releaseTemporaries();
      return [scope.module.call(statement.callee, args, binaryen.none)];
    }
    case 'array':
      return [emitArray(scope, statement)];
    case 'barrier':
    case 'comment':
      return [];
    default:
      return statement satisfies never;
  }
}

function evaluate(scope: FunctionScope, expr: Expr): Ref {
  const value = emitExpr(scope, expr);
  scope.releaseTemporaries();
  return value;
}

type For = Extract<Statement, { kind: 'for' }>;

/** Tests at the bottom; the test before the first iteration is left out where it is known to hold. */
function emitFor(scope: FunctionScope, statement: For): Ref[] {
  const { module } = scope;
  const { name, step } = statement;
  const trips = knownTrips(statement);
  if (trips === 0) return [];
  const from = evaluate(scope, statement.from);
  const end = endOf(scope, statement);
  scope.declare(name, { scalar: 'index', lanes: 1 });
  const start = scope.set(name, from);
  const body = block(scope, statement.body);
  if (trips === 1) return [...end.prepare, start, body];
  const label = scope.label('loop');
  const again = (): Ref => module.i32.lt_s(scope.get(name), end.value());
  const loop = module.loop(
    label,
    module.block(null, [body, scope.set(name, module.i32.add(scope.get(name), module.i32.const(step))), module.br_if(label, again())]),
  );
  return [...end.prepare, start, trips === undefined ? module.if(again(), loop) : loop];
}

function knownTrips({ from, to, step }: For): number | undefined {
  if (from.kind !== 'constant' || to.kind !== 'constant') return undefined;
  return Math.max(0, Math.ceil((Number(to.value) - Number(from.value)) / step));
}

/** A loop's end is evaluated once, before it. */
function endOf(scope: FunctionScope, { to }: For): { readonly prepare: readonly Ref[]; readonly value: () => Ref } {
  const { module } = scope;
  if (to.kind === 'constant') return { prepare: [], value: () => module.i32.const(Number(to.value)) };
  if (to.kind === 'local' && !scope.isAssigned(to.name)) return { prepare: [], value: () => scope.get(to.name) };
  const { index, type } = scope.variable(binaryen.i32);
  return { prepare: [module.local.set(index, evaluate(scope, to))], value: () => module.local.get(index, type) };
}

function emitWhile(scope: FunctionScope, { condition, body }: Extract<Statement, { kind: 'while' }>): Ref {
  const { module } = scope;
  const label = scope.label('while');
  const test = evaluate(scope, condition);
  return module.loop(label, module.if(test, module.block(null, [block(scope, body), module.br(label)])));
}

function emitArray(scope: FunctionScope, { name, type }: Extract<Statement, { kind: 'array' }>): Ref {
  const address = scope.shared.arrays.get(scope.declared.name)?.get(name);
  if (address === undefined) throw new Error(`kerasc bug: array ${name} of ${scope.declared.name} has no place`);
  scope.declare(name, type);
  return scope.set(name, scope.module.i32.const(address));
}
