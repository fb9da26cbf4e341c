// Gradients of a loss: what training steps, custom losses and `valueAndGrad` are built on.
import { formatShape, quote, ValueError } from '../errors/index.ts';
import { isFloat } from '../ir/dtype.ts';
import type { Cotangent } from '../ir/primitives/gradient.ts';
import { sameShape } from '../ir/shape.ts';
import { lax } from '../trace/lax.ts';
import { Tensor } from '../trace/tensor.ts';
import { Variable } from '../trace/variable.ts';
import { walkBack } from './pull-back.ts';
import { sumCotangents } from './sum-cotangents.ts';

export interface GradientsOptions {
  /** The cotangent of the loss, of its type; default: ones, which gives the gradients of its sum. */
  readonly cotangent?: Tensor;
}

/**
 * The gradients of `loss` with respect to `targets`, each of its target's type; null where the loss does not depend smoothly on
 * a target. A variable stands for each read of it in the present trace; if it has been assigned there, for the assigned value
 * too, through which nothing is passed on.
 *
 * @param loss a floating-point tensor, scalar as a rule
 */
export function gradients(loss: Tensor, targets: readonly (Tensor | Variable)[], options: GradientsOptions = {}): (Tensor | null)[] {
  return gradientsOf([loss], [cotangentOf(loss, options.cotangent)], targets);
}

/** As `gradients`, of the sum of products of several outputs with cotangents; an output whose cotangent is null does not count. */
export function gradientsOf(
  outputs: readonly Tensor[],
  cotangents: readonly Cotangent<Tensor>[],
  targets: readonly (Tensor | Variable)[],
): (Tensor | null)[] {
  const wanted = new Set(targets);
  // What a read gives now: a leaf of no use, or the value that was assigned.
  const assigned = new Map(targets.filter((target) => target instanceof Variable).map((variable) => [variable.read(), variable]));
  const found = walkBack(outputs, cotangents, {
    has: (tensor) => wanted.has(tensor) || assigned.has(tensor) || wanted.has(variableOf(tensor) as Variable),
    isEnd: (tensor) => assigned.has(tensor),
  });
  const sums = new Map<Variable, Tensor[]>();
  for (const [tensor, cotangent] of found) {
    const variable = assigned.get(tensor) ?? variableOf(tensor);
    if (variable) sums.set(variable, [...(sums.get(variable) ?? []), cotangent]);
  }
  return targets.map((target) => {
    if (target instanceof Tensor) return found.get(target) ?? null;
    const list = sums.get(target);
    return list ? sumCotangents(list) : null;
  });
}

function variableOf({ source }: Tensor): Variable | undefined {
  return source.kind === 'variable' ? source.variable : undefined;
}

function cotangentOf(loss: Tensor, cotangent: Tensor | undefined): Tensor {
  if (!isFloat(loss.dtype)) {
    throw new ValueError(`Only a floating-point tensor has gradients. Received: a loss of dtype ${loss.dtype}`, {
      code: 'gradient-dtype',
      cure: 'Cast the loss with ops.cast(loss, "float32"); comparisons and argmax have no gradient.',
    });
  }
  if (!cotangent) return lax.fullLike(loss, 1);
  if (cotangent.dtype === loss.dtype && sameShape(cotangent.shape, loss.shape)) return cotangent;
  throw new ValueError(
    `The cotangent must have the type of the loss: ${loss.dtype} ${formatShape(loss.shape)}. ` +
      `Received: ${quote(cotangent.dtype)} ${formatShape(cotangent.shape)}`,
    { code: 'gradient-dtype' },
  );
}
