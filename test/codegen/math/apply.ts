// Applies an elementwise operation to arrays through the interpreter, as scalars or as vectors.

import { constantLane, type Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import { Block } from '../../../codegen/kernel-ir/block.ts';
import { advance, constant, load, local, pointerTo, registerFor, store } from '../../../codegen/kernel-ir/build.ts';
import { interpretFunctions } from '../../../codegen/kernel-ir/interpret-function.ts';
import { allocateMemory, fromMemory, toMemory } from '../../../codegen/kernel-ir/memory.ts';
import type { Expr, KernelFunction, MemoryType } from '../../../codegen/kernel-ir/types.ts';
import { verifyFunctions } from '../../../codegen/kernel-ir/verify.ts';
import { bitcastElement } from '../../../codegen/math/bitcast-elements.ts';
import { castElement } from '../../../codegen/math/convert-elements.ts';
import { elementwise } from '../../../codegen/math/elementwise.ts';
import type { ElementwiseName } from '../../../codegen/stage/stage.ts';

type Compute = (block: Block, args: readonly Expr[]) => Expr;

/** The results of `compute` on each position of the arguments. */
export function applyOver(
  args: readonly { type: MemoryType; values: readonly Lane[] }[],
  result: MemoryType,
  lanes: number,
  compute: Compute,
  fused = false,
): Lane[] {
  const count = args[0]?.values.length ?? 0;
  if (count % lanes !== 0) throw new Error(`${count} values do not fill vectors of ${lanes}`);
  const block = new Block();
  const out = local('out', pointerTo(result));
  block.loop(
    'i',
    0,
    count,
    (body, at) => {
      const loaded = args.map((arg, position) => body.bind(load(advance(local(`x${position}`, pointerTo(arg.type)), at), 0, lanes), 'x'));
      body.push(store(advance(out, at), 0, compute(body, loaded)));
    },
    lanes,
  );
  const parameters = [
    ...args.map((arg, position) => ({ name: `x${position}`, type: pointerTo(arg.type) })),
    { name: 'out', type: out.type, writes: true },
  ];
  const declared: KernelFunction = { name: 'apply', parameters, body: block.statements };
  verifyFunctions([declared]);
  const memory = args.map(({ type, values }) => {
    const array = allocateMemory(type, count);
    values.forEach((value, position) => {
      (array as { [position: number]: Lane })[position] = toMemory(type, constantLane(registerFor(type).scalar, value));
    });
    return { array, index: 0 };
  });
  const output = allocateMemory(result, count);
  interpretFunctions([declared], { fused }).get('apply')?.([...memory, { array: output, index: 0 }]);
  return Array.from(output as ArrayLike<Lane>, (value) => fromMemory(result, value));
}

export function applyElementwise(
  op: ElementwiseName,
  type: MemoryType,
  args: readonly (readonly Lane[])[],
  lanes = 1,
  result: MemoryType = type,
  fused = false,
): Lane[] {
  return applyOver(
    args.map((values) => ({ type, values })),
    result,
    lanes,
    (block, loaded) => elementwise(block, op, type, loaded),
    fused,
  );
}

/** The second operand as a constant of the program. */
export function applyWithConstant(op: ElementwiseName, type: MemoryType, values: readonly Lane[], operand: Lane, lanes = 1): Lane[] {
  return applyOver([{ type, values }], type, lanes, (block, [x]) =>
    elementwise(block, op, type, [x as Expr, constant(operand, (x as Expr).type as never)]),
  );
}

export function applyCast(from: MemoryType, to: MemoryType, values: readonly Lane[], lanes = 1): Lane[] {
  return applyOver([{ type: from, values }], to, lanes, (_, [x]) => castElement(x as Expr, from, to));
}

export function applyBitcast(from: MemoryType, to: MemoryType, values: readonly Lane[]): Lane[] {
  return applyOver([{ type: from, values }], to, 1, (block, [x]) => bitcastElement(block, x as Expr, from, to));
}

/** Distance in units of the last place of the exact value, in a type of `bits` bits of fraction. */
export function ulpDistance(found: number, exact: number, bits: number, smallestExponent: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(found) ? 0 : Number.POSITIVE_INFINITY;
  if (Object.is(found, exact) || found === exact) return 0;
  if (!Number.isFinite(found) || !Number.isFinite(exact)) return Number.POSITIVE_INFINITY;
  const exponent = Math.max(smallestExponent, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(found - exact) / 2 ** (exponent - bits);
}
