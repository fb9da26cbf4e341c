// Compares gradients with those that Keras computed: of inputs by their path, of weights by their order.
import { gradientsOf } from '../../compiler/autodiff/gradients.ts';
import { flatten, mapStructure, type Nested } from '../../compiler/keras/engine/structure.ts';
import { evaluateTensors } from '../../compiler/trace/evaluate.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { Tensor } from '../../compiler/trace/tensor.ts';
import type { Variable } from '../../compiler/trace/variable.ts';
import type { Json, JsonObject } from './case.ts';
import { type Closeness, differences } from './compare.ts';
import type { GroupContext } from './context.ts';

/** What a case, or its `training`, says about gradients. */
export interface GradientSection {
  /** One per output; absent: ones. */
  readonly cotangents?: Json;
  /** By path; an input that is absent is not connected. */
  readonly input_grads?: Json;
  /** Of the trainable weights in order; null: not connected. */
  readonly weight_grads?: Json;
}

/** Where gradients may be asked for. */
export interface Targets {
  /** `args` and `kwargs` of the call, which the paths of inputs start from. */
  readonly call: { readonly args: unknown; readonly kwargs?: unknown };
  readonly weights?: readonly Variable[];
}

/**
 * Everything in which the gradients of `outputs` differ from those of the case. Must come before anything reads a value of the
 * outputs: they are computed with the gradients, and then know no longer what they came from.
 */
export function gradientProblems(
  section: GradientSection,
  outputs: unknown,
  { call, weights = [] }: Targets,
  context: GroupContext,
  closeness: Closeness,
): string[] {
  if (section.input_grads === undefined && section.weight_grads === undefined) return [];
  const leaves = flatten(outputs as Nested<unknown>).filter((leaf) => leaf instanceof Tensor);
  const cotangents = cotangentsOf(section, leaves, context);
  const inputs = floatLeaves(call);
  const targets = [...inputs.values(), ...weights];
  const found = gradientsOf(leaves, cotangents, targets);
  evaluateTensors([...leaves, ...found].filter((tensor) => tensor !== null));
  const ofInputs = Object.fromEntries([...inputs.keys()].map((path, index) => [path, found[index]]));
  const expected = (section.input_grads ?? {}) as JsonObject;
  return [
    ...[...inputs.keys()].flatMap((path) =>
      differences(ofInputs[path], context.decode(expected[path] ?? null), closeness, `the gradient of ${path}`),
    ),
    ...(section.weight_grads === undefined
      ? []
      : differences(found.slice(inputs.size), context.decode(section.weight_grads), closeness, 'the gradient of weights')),
  ];
}

function cotangentsOf({ cotangents }: GradientSection, outputs: readonly Tensor[], context: GroupContext): readonly (Tensor | null)[] {
  return cotangents === undefined
    ? outputs.map((output) => lax.fullLike(output, 1))
    : (context.decode(cotangents) as readonly (Tensor | null)[]);
}

function floatLeaves(call: Targets['call']): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapStructure(call as unknown as Nested<unknown>, (leaf, path) => {
    if (leaf instanceof Tensor && leaf.dtype.includes('float')) found.set(path.join('.'), leaf);
  });
  return found;
}
