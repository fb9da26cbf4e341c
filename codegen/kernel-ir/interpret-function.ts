// Runs Kernel IR functions directly, by turning each into closures once: the oracle that emitters are tested against.
import {
  applyBinary,
  applyCompare,
  applyUnary,
  bitcastLane,
  constantLane,
  convertLane,
  type Lane,
  narrowLane,
  wrap,
} from './arithmetic.ts';
import { pointerType, valueType } from './build.ts';
import { allocateMemory, loadLanes, type Pointer, storeLanes } from './memory.ts';
import type { BinaryOp, Expr, KernelFunction, LaneReduction, RegisterScalar, Statement } from './types.ts';

/** A scalar, the lanes of a vector, or an address. */
export type Argument = Lane | Lane[] | Pointer;

export interface InterpretOptions {
  /** Multiply-adds of f32 round once, as on a machine with FMA. */
  readonly fused?: boolean;
}

type Frame = Argument[];
type Evaluate = (frame: Frame) => Argument;
type Execute = (frame: Frame) => void;
type Callable = (args: readonly Argument[]) => void;

interface Scope {
  readonly slots: Map<string, number>;
  readonly callees: ReadonlyMap<string, Callable>;
  readonly fused: boolean;
}

/** Functions by name, ready to be called with scalars, lanes and pointers. */
export function interpretFunctions(functions: readonly KernelFunction[], options: InterpretOptions = {}): ReadonlyMap<string, Callable> {
  const callees = new Map<string, Callable>();
  for (const declared of functions) callees.set(declared.name, prepareFunction(declared, callees, options.fused ?? false));
  return callees;
}

function prepareFunction(declared: KernelFunction, callees: ReadonlyMap<string, Callable>, fused: boolean): Callable {
  const scope: Scope = { slots: new Map(), callees, fused };
  for (const parameter of declared.parameters) slotOf(scope, parameter.name);
  const body = block(declared.body, scope);
  return (args) => {
    if (args.length !== declared.parameters.length) {
      throw new Error(`kerasc bug: ${declared.name} takes ${declared.parameters.length} arguments, got ${args.length}`);
    }
    body([...args]);
  };
}

function slotOf(scope: Scope, name: string): number {
  const known = scope.slots.get(name);
  if (known !== undefined) return known;
  scope.slots.set(name, scope.slots.size);
  return scope.slots.size - 1;
}

function block(statements: readonly Statement[], scope: Scope): Execute {
  const steps = statements.flatMap((statement) => statementOf(statement, scope) ?? []);
  return (frame) => {
    for (const step of steps) step(frame);
  };
}

function statementOf(statement: Statement, scope: Scope): Execute | undefined {
  switch (statement.kind) {
    case 'let':
    case 'assign': {
      const value = evaluator(statement.value, scope);
      const slot = slotOf(scope, statement.name);
      return (frame) => {
        frame[slot] = value(frame);
      };
    }
    case 'store':
      return storeStatement(statement, scope);
    case 'for':
      return forStatement(statement, scope);
    case 'while': {
      const condition = evaluator(statement.condition, scope);
      const body = block(statement.body, scope);
      return (frame) => {
        while (condition(frame)) body(frame);
      };
    }
    case 'if': {
      const condition = evaluator(statement.condition, scope);
      const onTrue = block(statement.then, scope);
      const onFalse = block(statement.otherwise, scope);
      return (frame) => (condition(frame) ? onTrue(frame) : onFalse(frame));
    }
    case 'call':
      return callStatement(statement, scope);
    case 'array':
      return arrayStatement(statement, scope);
    case 'barrier':
    case 'comment':
      return undefined;
    default:
      return statement satisfies never;
  }
}

function storeStatement(statement: Extract<Statement, { kind: 'store' }>, scope: Scope): Execute {
  const { pointer: memory } = pointerType(statement.pointer);
  const pointer = evaluator(statement.pointer, scope);
  const value = evaluator(statement.value, scope);
  return (frame) => {
    const stored = value(frame);
    storeLanes(memory, pointer(frame) as Pointer, statement.offset, Array.isArray(stored) ? stored : [stored as Lane]);
  };
}

function forStatement(statement: Extract<Statement, { kind: 'for' }>, scope: Scope): Execute {
  const from = evaluator(statement.from, scope);
  const to = evaluator(statement.to, scope);
  const slot = slotOf(scope, statement.name);
  const body = block(statement.body, scope);
  if (!(statement.step > 0)) throw new Error(`kerasc bug: loop ${statement.name} steps by ${statement.step}`);
  return (frame) => {
    const end = to(frame) as number;
    for (let at = from(frame) as number; at < end; at += statement.step) {
      frame[slot] = at;
      body(frame);
    }
  };
}

function callStatement(statement: Extract<Statement, { kind: 'call' }>, scope: Scope): Execute {
  const callee = scope.callees.get(statement.callee);
  if (!callee) throw new Error(`kerasc bug: ${statement.callee} is called before it is defined`);
  const args = statement.args.map((arg) => evaluator(arg, scope));
  return (frame) => callee(args.map((arg) => arg(frame)));
}

function arrayStatement(statement: Extract<Statement, { kind: 'array' }>, scope: Scope): Execute {
  const slot = slotOf(scope, statement.name);
  return (frame) => {
    const array = allocateMemory(statement.type.pointer, statement.elements);
    // Its contents are not promised: make a read before a write show.
    new Uint8Array(array.buffer).fill(0xff);
    frame[slot] = { array, index: 0 };
  };
}

/** Applies a function of one lane to a scalar or to each lane. */
function each(value: Argument, apply: (lane: Lane) => Lane): Argument {
  return Array.isArray(value) ? value.map(apply) : apply(value as Lane);
}

function pairwise(left: Argument, right: Argument, apply: (a: Lane, b: Lane) => Lane): Argument {
  return Array.isArray(left)
    ? left.map((lane, position) => apply(lane, (right as Lane[])[position] as Lane))
    : apply(left as Lane, right as Lane);
}

function evaluator(expr: Expr, scope: Scope): Evaluate {
  switch (expr.kind) {
    case 'constant': {
      const value = constantLane(expr.type.scalar, expr.value);
      const result = expr.type.lanes === 1 ? value : new Array<Lane>(expr.type.lanes).fill(value);
      return () => result;
    }
    case 'lanes': {
      const result = Array.from({ length: expr.type.lanes }, (_, lane) => constantLane(expr.type.scalar, lane));
      return () => (expr.type.lanes === 1 ? (result[0] as Lane) : result);
    }
    case 'local': {
      const slot = slotOf(scope, expr.name);
      return (frame) => frame[slot] as Argument;
    }
    case 'load': {
      const { pointer: memory } = pointerType(expr.pointer);
      const pointer = evaluator(expr.pointer, scope);
      const count = expr.type.lanes;
      return (frame) => {
        const loaded = loadLanes(memory, pointer(frame) as Pointer, expr.offset, count);
        return count === 1 ? (loaded[0] as Lane) : loaded;
      };
    }
    case 'advance': {
      const pointer = evaluator(expr.pointer, scope);
      const by = evaluator(expr.index, scope);
      return (frame) => {
        const { array, index } = pointer(frame) as Pointer;
        return { array, index: index + (by(frame) as number) };
      };
    }
    default:
      return arithmetic(expr, scope);
  }
}

type ArithmeticExpr = Exclude<Expr, { kind: 'constant' | 'lanes' | 'local' | 'load' | 'advance' }>;

function arithmetic(expr: ArithmeticExpr, scope: Scope): Evaluate {
  const { scalar } = expr.type;
  switch (expr.kind) {
    case 'unary': {
      const value = evaluator(expr.value, scope);
      return (frame) => each(value(frame), (lane) => applyUnary(expr.op, scalar, lane));
    }
    case 'binary': {
      const left = evaluator(expr.left, scope);
      const right = evaluator(expr.right, scope);
      return (frame) => pairwise(left(frame), right(frame), (a, b) => applyBinary(expr.op, scalar, a, b));
    }
    case 'compare': {
      const left = evaluator(expr.left, scope);
      const right = evaluator(expr.right, scope);
      return (frame) => pairwise(left(frame), right(frame), (a, b) => applyCompare(expr.op, a, b));
    }
    case 'mulAdd':
      return multiplyAdd(expr, scope);
    case 'select': {
      const condition = evaluator(expr.condition, scope);
      const onTrue = evaluator(expr.onTrue, scope);
      const onFalse = evaluator(expr.onFalse, scope);
      return (frame) => choose(condition(frame), onTrue(frame), onFalse(frame));
    }
    default:
      return conversion(expr, scope);
  }
}

function choose(condition: Argument, onTrue: Argument, onFalse: Argument): Argument {
  if (!Array.isArray(condition)) return condition ? onTrue : onFalse;
  return condition.map((holds, lane) => ((holds ? onTrue : onFalse) as Lane[])[lane] as Lane);
}

function multiplyAdd(expr: Extract<Expr, { kind: 'mulAdd' }>, scope: Scope): Evaluate {
  const { scalar } = expr.type;
  const [a, b, c] = [expr.a, expr.b, expr.c].map((operand) => evaluator(operand, scope)) as [Evaluate, Evaluate, Evaluate];
  const once = scope.fused && scalar === 'f32';
  const product = (x: Lane, y: Lane): Lane => (once ? (x as number) * (y as number) : applyBinary('mul', scalar, x, y));
  const sum = (x: Lane, y: Lane): Lane => (once ? wrap(scalar, (x as number) + (y as number)) : applyBinary('add', scalar, x, y));
  return (frame) => pairwise(pairwise(a(frame), b(frame), product), c(frame), sum);
}

function conversion(
  expr: Extract<Expr, { kind: 'convert' | 'narrow' | 'bitcast' | 'splat' | 'extract' | 'reduceLanes' }>,
  scope: Scope,
): Evaluate {
  const value = evaluator(expr.value, scope);
  const from = valueType(expr.value).scalar;
  const { scalar, lanes } = expr.type;
  switch (expr.kind) {
    case 'convert':
      return (frame) => each(value(frame), (lane) => convertLane(from, scalar, lane));
    case 'narrow':
      return (frame) => each(value(frame), (lane) => narrowLane(expr.to, lane));
    case 'bitcast':
      return (frame) => each(value(frame), (lane) => bitcastLane(from, scalar, lane));
    case 'splat':
      return (frame) => new Array<Lane>(lanes).fill(value(frame) as Lane);
    case 'extract':
      return (frame) => (value(frame) as Lane[])[expr.lane] as Lane;
    case 'reduceLanes':
      return (frame) => reduceHalves(expr.op, scalar, value(frame) as Lane[]);
    default:
      return expr satisfies never;
  }
}

/** Upper half onto lower half until one lane is left, as machines do it. */
function reduceHalves(op: LaneReduction, scalar: RegisterScalar, values: readonly Lane[]): Lane {
  let rest = values;
  while (rest.length > 1) {
    const half = rest.length / 2;
    const current = rest;
    rest = current
      .slice(0, half)
      .map((lane, position) => applyBinary(op satisfies BinaryOp, scalar, lane, current[half + position] as Lane));
  }
  return rest[0] as Lane;
}
