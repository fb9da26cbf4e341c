// Replays type promotion: the result's dtype for each pair of operand dtypes and for plain numbers.
import { ops, Tensor } from '../../../compiler/index.ts';
import { type DType, isDType } from '../../../compiler/ir/dtype.ts';
import { ndarray } from '../../../compiler/ir/ndarray.ts';
import { elementCount } from '../../../compiler/ir/shape.ts';
import { toTensor } from '../../../compiler/keras/engine/index.ts';
import { opNamed } from '../call-op.ts';
import { type Case, type JsonObject, Skip } from '../case.ts';
import type { GroupContext } from '../context.ts';
import { throwIfAny } from './ops.ts';

type Callable = (...args: readonly unknown[]) => unknown;

/** How to call an op on two operands where it is not `op(a, b)`. */
const BINARY: Readonly<Record<string, (op: Callable, a: unknown, b: unknown) => unknown>> = {
  concatenate: (op, a, b) => op([a, b]),
  stack: (op, a, b) => op([a, b]),
  einsum: (op, a, b) => op('ij,jk->ik', a, b),
  tensordot: (op, a, b) => op(a, b, { axes: 1 }),
  where: (op, a, b) => op(toTensor(true), a, b),
};

const UNARY: Readonly<Record<string, (op: Callable, x: unknown) => unknown>> = {
  clip: (op, x) => op(x, 0, 2),
};

export function runDType(item: Case, _context: GroupContext): void {
  const name = String(item['op']);
  const op = opNamed(name);
  throwIfAny('input' in item ? unaryProblems(item, name, op) : binaryProblems(item, name, op));
}

function unaryProblems(item: Case, name: string, op: Callable): string[] {
  const call = UNARY[name] ?? ((callee: Callable, x: unknown) => callee(x));
  return compareResult(() => call(op, sample(item['input'], name)), item['result'], `${name}(${String(item['input'])})`);
}

function binaryProblems(item: Case, name: string, op: Callable): string[] {
  const call = BINARY[name] ?? ((callee: Callable, a: unknown, b: unknown) => callee(a, b));
  const first = sample(item['first'], name);
  const pairs = Object.entries(item['second_to_result'] as JsonObject).flatMap(([second, result]) =>
    compareResult(() => call(op, first, sample(second, name)), result, `${name}(${String(item['first'])}, ${second})`),
  );
  const scalars = Object.entries(item['python_scalar_to_result'] as JsonObject).flatMap(([scalar, result]) =>
    compareResult(() => call(op, first, scalar === 'True' ? true : Number(scalar)), result, `${name}(${String(item['first'])}, ${scalar})`),
  );
  return [...pairs, ...scalars];
}

function compareResult(compute: () => unknown, expected: unknown, what: string): string[] {
  const error = (expected as JsonObject | null)?.['error'];
  try {
    const result = compute();
    const [found] = Array.isArray(result) ? result : [result];
    const dtype = found instanceof Tensor ? found.dtype : String(found);
    if (typeof error === 'string') return [`${what} is ${dtype}, expected ${error}`];
    return dtype === expected ? [] : [`${what} is ${dtype}, expected ${String(expected)}`];
  } catch (caught) {
    if (caught instanceof Skip || typeof error !== 'string') throw caught;
    return [];
  }
}

/** Ones of a shape that the op takes. */
function sample(dtype: unknown, name: string): Tensor {
  if (!isDType(dtype)) throw new Skip(`dtype ${String(dtype)}`);
  const shape = name === 'cross' ? [3] : [2, 2];
  return ops.cast(toTensor(ndarray('float32', shape, new Float32Array(elementCount(shape)).fill(1))), dtype as DType);
}
