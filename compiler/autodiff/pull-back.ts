// Reverse mode on tensors: cotangents of outputs go back through the applications that made them, last first.
import type { Cotangent, Gradient, GradientContext } from '../ir/primitives/gradient.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import type { PrimitiveName } from '../ir/primitives/params.ts';
import { atScope } from '../trace/context.ts';
import { lax } from '../trace/lax.ts';
import type { Application, Tensor } from '../trace/tensor.ts';
import { findPath, type Targets } from './find-path.ts';
import { nestedGraphs } from './nested-graphs.ts';
import { sumCotangents } from './sum-cotangents.ts';

/**
 * The cotangents of `targets` for given cotangents of `outputs`: null where no output depends smoothly on a target.
 * A target may lie between another one and the outputs; it then passes its cotangent on as any other tensor.
 */
export function pullBack(
  outputs: readonly Tensor[],
  cotangents: readonly Cotangent<Tensor>[],
  targets: readonly Tensor[],
): Cotangent<Tensor>[] {
  const set = new Set(targets);
  const found = walkBack(outputs, cotangents, { has: (tensor) => set.has(tensor), isEnd: () => false });
  return targets.map((target) => found.get(target) ?? null);
}

/** The cotangents of all tensors on the way that are targets. */
export function walkBack(
  outputs: readonly Tensor[],
  cotangents: readonly Cotangent<Tensor>[],
  targets: Targets,
): ReadonlyMap<Tensor, Tensor> {
  const connected = outputs.filter((_, index) => cotangents[index]);
  const { applications, active } = findPath(connected, targets);
  const pending = new Map<Tensor, Tensor[]>();
  const found = new Map<Tensor, Tensor>();
  const add = (tensor: Tensor, cotangent: Cotangent<Tensor> | undefined): void => {
    if (!cotangent || !active.has(tensor)) return;
    const list = pending.get(tensor);
    if (list) list.push(cotangent);
    else pending.set(tensor, [cotangent]);
  };
  /** All of a tensor's readers have been dealt with. */
  const take = (tensor: Tensor): Cotangent<Tensor> => {
    const list = pending.get(tensor);
    if (!list) return found.get(tensor) ?? null;
    pending.delete(tensor);
    const sum = sumCotangents(list);
    if (targets.has(tensor)) found.set(tensor, sum);
    return targets.isEnd(tensor) ? null : sum;
  };

  outputs.forEach((output, index) => {
    add(output, cotangents[index]);
  });
  for (const application of [...applications].reverse()) {
    const own = application.results.map(take);
    if (own.every((cotangent) => cotangent === null)) continue;
    const needed = application.inputs.map((input) => active.has(input));
    const contributions = atScope(application.scope, () => applyRule(application, own, needed));
    application.inputs.forEach((input, index) => {
      add(input, contributions[index]);
    });
  }
  for (const tensor of [...pending.keys()]) take(tensor);
  return found;
}

function applyRule(
  application: Application,
  cotangents: readonly Cotangent<Tensor>[],
  needed: readonly boolean[],
): readonly Cotangent<Tensor>[] {
  const rule = PRIMITIVES[application.op].gradient as unknown as Gradient<PrimitiveName>;
  if (rule === 'none') return [];
  const { params, inputs, results } = application;
  const context: GradientContext<PrimitiveName, Tensor> = {
    lax,
    params,
    inputs,
    outputs: results,
    cotangents,
    needed,
    graphs: nestedGraphs(application, pullBack),
  };
  return rule(context);
}
