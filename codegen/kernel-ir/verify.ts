// Checks that Kernel IR is well formed: types fit, names are unique and defined before use, callees come first.
import { isPointer, memoryBytes, registerFor } from './build.ts';
import type { Expr, KernelFunction, KernelType, MemoryType, Parameter, RegisterScalar, RegisterType, Statement } from './types.ts';

type Functions = ReadonlyMap<string, KernelFunction>;

/** Throws with the function, the place and the reason if one of these functions is not legal Kernel IR. */
export function verifyFunctions(functions: readonly KernelFunction[]): void {
  const known = new Map<string, KernelFunction>();
  for (const declared of functions) {
    if (known.has(declared.name)) throw new Error(`kerasc bug: two functions are named ${declared.name}`);
    new FunctionVerifier(declared, known).verify();
    known.set(declared.name, declared);
  }
}

/** `f32x4`, `index`, `*f16`: types as messages and the printer show them. */
export function formatType(type: KernelType): string {
  if (isPointer(type)) return `*${type.pointer}${type.space === 'global' ? '' : ` ${type.space}`}`;
  return type.lanes === 1 ? type.scalar : `${type.scalar}x${type.lanes}`;
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;
const isFloat = (scalar: RegisterScalar): boolean => scalar === 'f32' || scalar === 'f64';
const isInteger = (scalar: RegisterScalar): boolean => !isFloat(scalar) && scalar !== 'bool';
const bits = (scalar: RegisterScalar): number => (scalar === 'bool' || scalar === 'index' ? 0 : memoryBytes(scalar));

/** A value of this register type can be stored in this memory. */
const fitsMemory = (type: RegisterType, memory: MemoryType): boolean => registerFor(memory).scalar === type.scalar;

class FunctionVerifier {
  readonly #function: KernelFunction;
  readonly #known: Functions;
  readonly #declared = new Set<string>();
  readonly #visible = new Map<string, { readonly type: KernelType; readonly mutable: boolean }>();

  constructor(declared: KernelFunction, known: Functions) {
    this.#function = declared;
    this.#known = known;
  }

  verify(): void {
    if (!IDENTIFIER.test(this.#function.name)) this.#fail('the name is not an identifier');
    for (const parameter of this.#function.parameters) this.#define(parameter.name, parameter.type, true);
    this.#block(this.#function.body);
  }

  #fail(reason: string): never {
    throw new Error(`kerasc bug: Kernel IR of ${this.#function.name}: ${reason}`);
  }

  #expect(condition: boolean, reason: string): void {
    if (!condition) this.#fail(reason);
  }

  #define(name: string, type: KernelType, mutable: boolean): void {
    this.#expect(IDENTIFIER.test(name), `the local name "${name}" is not an identifier`);
    this.#expect(!this.#declared.has(name), `${name} is declared twice`);
    this.#declared.add(name);
    this.#visible.set(name, { type, mutable });
  }

  /** Locals of a block end with it. */
  #block(statements: readonly Statement[]): void {
    const before = new Set(this.#visible.keys());
    for (const statement of statements) this.#statement(statement);
    for (const name of [...this.#visible.keys()]) if (!before.has(name)) this.#visible.delete(name);
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'let':
        this.#same(`let ${statement.name}`, statement.type, this.#expr(statement.value));
        return this.#define(statement.name, statement.type, true);
      case 'assign': {
        const target = this.#visible.get(statement.name);
        if (!target) this.#fail(`${statement.name} is assigned before it is declared`);
        this.#expect(target.mutable, `the loop variable ${statement.name} is assigned`);
        return this.#same(`assignment to ${statement.name}`, target.type, this.#expr(statement.value));
      }
      case 'store':
        return this.#store(statement);
      case 'for':
        return this.#for(statement);
      case 'while':
        this.#condition(statement.condition);
        return this.#block(statement.body);
      case 'if':
        this.#condition(statement.condition);
        this.#block(statement.then);
        return this.#block(statement.otherwise);
      case 'call':
        return this.#call(statement.callee, statement.args);
      case 'array':
        this.#expect(
          Number.isSafeInteger(statement.elements) && statement.elements > 0,
          `array ${statement.name} of ${statement.elements} elements`,
        );
        return this.#define(statement.name, statement.type, false);
      case 'barrier':
      case 'comment':
        return;
      default:
        return statement satisfies never;
    }
  }

  #store(statement: Extract<Statement, { kind: 'store' }>): void {
    const pointer = this.#pointer(statement.pointer);
    const value = this.#value(statement.value);
    this.#expect(Number.isSafeInteger(statement.offset), `store offset ${statement.offset}`);
    this.#expect(fitsMemory(value, pointer), `store of ${formatType(value)} to ${pointer} memory`);
    const root = rootOf(statement.pointer);
    const parameter = this.#function.parameters.find(({ name }) => name === root);
    this.#expect(!parameter || parameter.writes === true, `${root} is written but not declared as written`);
  }

  #for(statement: Extract<Statement, { kind: 'for' }>): void {
    this.#index(`start of loop ${statement.name}`, statement.from);
    this.#index(`end of loop ${statement.name}`, statement.to);
    this.#expect(Number.isSafeInteger(statement.step) && statement.step > 0, `loop ${statement.name} steps by ${statement.step}`);
    this.#define(statement.name, { scalar: 'index', lanes: 1 }, false);
    this.#block(statement.body);
    this.#visible.delete(statement.name);
  }

  #call(callee: string, args: readonly Expr[]): void {
    const target = this.#known.get(callee);
    if (!target) this.#fail(`${callee} is called but not defined before`);
    this.#expect(args.length === target.parameters.length, `${callee} takes ${target.parameters.length} arguments, got ${args.length}`);
    args.forEach((arg, position) => {
      const parameter = target.parameters[position] as Parameter;
      this.#same(`argument ${parameter.name} of ${callee}`, parameter.type, this.#expr(arg));
    });
  }

  #condition(expr: Expr): void {
    const type = this.#value(expr);
    this.#expect(type.scalar === 'bool' && type.lanes === 1, `a condition of type ${formatType(type)}`);
  }

  #index(what: string, expr: Expr): void {
    const type = this.#value(expr);
    this.#expect(type.scalar === 'index' && type.lanes === 1, `${what} has type ${formatType(type)}`);
  }

  #same(what: string, expected: KernelType, found: KernelType): void {
    this.#expect(formatType(expected) === formatType(found), `${what}: expected ${formatType(expected)}, found ${formatType(found)}`);
  }

  #value(expr: Expr): RegisterType {
    const type = this.#expr(expr);
    if (isPointer(type)) this.#fail(`a pointer stands where a value is needed (${expr.kind})`);
    return type;
  }

  #pointer(expr: Expr): MemoryType {
    const type = this.#expr(expr);
    if (!isPointer(type)) this.#fail(`a value stands where a pointer is needed (${expr.kind})`);
    return type.pointer;
  }

  #expr(expr: Expr): KernelType {
    if (!isPointer(expr.type))
      this.#expect(Number.isSafeInteger(expr.type.lanes) && expr.type.lanes >= 1, `${expr.kind} with ${expr.type.lanes} lanes`);
    switch (expr.kind) {
      case 'local': {
        const target = this.#visible.get(expr.name);
        if (!target) this.#fail(`${expr.name} is used before it is declared`);
        this.#same(expr.name, target.type, expr.type);
        break;
      }
      case 'constant':
        this.#expect(
          typeof expr.value === 'bigint' || isFloat(expr.type.scalar) || Number.isInteger(expr.value),
          `constant ${expr.value} of ${formatType(expr.type)}`,
        );
        break;
      case 'lanes':
        this.#expect(expr.type.scalar !== 'bool', 'lanes of bool');
        break;
      case 'load':
        this.#same('load', registerFor(this.#pointer(expr.pointer), expr.type.lanes), expr.type);
        this.#expect(Number.isSafeInteger(expr.offset), `load offset ${expr.offset}`);
        break;
      case 'advance':
        this.#same('advance', this.#expr(expr.pointer), expr.type);
        this.#pointer(expr.pointer);
        this.#index('advance', expr.index);
        break;
      default:
        this.#arithmetic(expr);
    }
    return expr.type;
  }

  #arithmetic(expr: Exclude<Expr, { kind: 'local' | 'constant' | 'lanes' | 'load' | 'advance' }>): void {
    const { scalar } = expr.type;
    switch (expr.kind) {
      case 'unary':
        this.#same(expr.op, expr.type, this.#value(expr.value));
        return this.#expect(unaryFits(expr.op, scalar), `${expr.op} of ${scalar}`);
      case 'binary':
        this.#same(expr.op, expr.type, this.#value(expr.left));
        this.#same(expr.op, expr.type, this.#value(expr.right));
        return this.#expect(binaryFits(expr.op, scalar), `${expr.op} of ${scalar}`);
      case 'mulAdd':
        for (const operand of [expr.a, expr.b, expr.c]) this.#same('mulAdd', expr.type, this.#value(operand));
        return this.#expect(scalar !== 'bool', 'mulAdd of bool');
      case 'compare': {
        const left = this.#value(expr.left);
        this.#same(expr.op, left, this.#value(expr.right));
        return this.#same(expr.op, { scalar: 'bool', lanes: left.lanes }, expr.type);
      }
      case 'select':
        this.#same('condition of select', { scalar: 'bool', lanes: expr.type.lanes }, this.#value(expr.condition));
        this.#same('select', expr.type, this.#value(expr.onTrue));
        return this.#same('select', expr.type, this.#value(expr.onFalse));
      default:
        return this.#conversion(expr);
    }
  }

  #conversion(expr: Extract<Expr, { kind: 'convert' | 'narrow' | 'bitcast' | 'splat' | 'extract' | 'reduceLanes' }>): void {
    const from = this.#value(expr.value);
    const { scalar, lanes } = expr.type;
    switch (expr.kind) {
      case 'convert':
        return this.#expect(from.lanes === lanes && from.scalar !== scalar, `convert from ${formatType(from)} to ${formatType(expr.type)}`);
      case 'narrow':
        this.#same('narrow', expr.type, from);
        return this.#expect(fitsMemory(from, expr.to), `narrow of ${formatType(from)} to ${expr.to}`);
      case 'bitcast':
        return this.#expect(
          from.lanes === lanes && bits(scalar) > 0 && bits(from.scalar) === bits(scalar),
          `bitcast from ${formatType(from)} to ${formatType(expr.type)}`,
        );
      case 'splat':
        return this.#expect(
          from.lanes === 1 && lanes > 1 && from.scalar === scalar,
          `splat of ${formatType(from)} to ${formatType(expr.type)}`,
        );
      case 'extract':
        return this.#expect(
          from.scalar === scalar && lanes === 1 && expr.lane >= 0 && expr.lane < from.lanes,
          `extract of lane ${expr.lane} of ${formatType(from)}`,
        );
      case 'reduceLanes':
        return this.#expect(
          from.scalar === scalar && lanes === 1 && from.lanes > 1 && scalar !== 'bool',
          `reduceLanes of ${formatType(from)}`,
        );
      default:
        return expr satisfies never;
    }
  }
}

function unaryFits(op: Extract<Expr, { kind: 'unary' }>['op'], scalar: RegisterScalar): boolean {
  if (op === 'not') return !isFloat(scalar);
  if (op === 'neg' || op === 'abs') return scalar !== 'bool';
  return isFloat(scalar);
}

function binaryFits(op: Extract<Expr, { kind: 'binary' }>['op'], scalar: RegisterScalar): boolean {
  if (op === 'and' || op === 'or' || op === 'xor') return !isFloat(scalar);
  if (op === 'rem' || op === 'shl' || op === 'shr') return isInteger(scalar);
  return scalar !== 'bool';
}

function rootOf(pointer: Expr): string | undefined {
  if (pointer.kind === 'advance') return rootOf(pointer.pointer);
  return pointer.kind === 'local' ? pointer.name : undefined;
}
