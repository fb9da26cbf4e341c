// Compares gradients with those that Keras computed: of inputs by their path, of weights by their order.
import { gradientsOf } from '../../compiler/autodiff/gradients.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { flatten, mapStructure, type Nested } from '../../compiler/keras/engine/structure.ts';
import { evaluateTensors, execute } from '../../compiler/trace/evaluate.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { Tensor } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
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

/** The arguments of a call as Python took them, which the paths of inputs start from: `args.0`. */
export interface PythonCall {
  readonly args: unknown;
  readonly kwargs?: unknown;
}

/**
 * Everything in which the gradients of `outputs` differ from those of the case. Must come before anything reads a value of the
 * outputs: they are computed with the gradients, and then know no longer what they came from.
 */
export function gradientProblems(
  section: GradientSection,
  outputs: unknown,
  call: PythonCall,
  context: GroupContext,
  closeness: Closeness,
): string[] {
  if (section.input_grads === undefined) return [];
  const inputs = floatLeaves(call);
  const leaves = tensorLeaves(outputs);
  const found = gradientsOf(leaves, cotangentsOf(section, leaves, context), [...inputs.values()]);
  evaluateTensors([...leaves, ...found].filter((tensor) => tensor !== null));
  return inputProblems(section, inputs, found, context, closeness);
}

/**
 * The same for a layer and its weights, in one traced graph as a training step has it: loops are loops there.
 *
 * @param compute calls the layer on arguments in which the float tensors are tracers: what it is given replaces a tensor by its tracer
 */
export function tracedGradientProblems(
  section: GradientSection,
  compute: (replace: <T>(structure: T) => T) => unknown,
  call: PythonCall,
  weights: readonly Variable[],
  context: GroupContext,
  closeness: Closeness,
): string[] {
  if (section.input_grads === undefined && section.weight_grads === undefined) return [];
  const inputs = floatLeaves(call);
  const specs = [...inputs].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const { graph, result } = trace(
    'gradients',
    specs,
    (...tracers) => {
      const replaced = new Map([...inputs.values()].map((tensor, index) => [tensor, tracers[index]]));
      const replace = <T>(structure: T): T =>
        mapStructure(structure as Nested<unknown>, (leaf) => replaced.get(leaf as Tensor) ?? leaf) as T;
      const leaves = tensorLeaves(compute(replace));
      return gradientsOf(leaves, cotangentsOf(section, leaves, context), [...tracers, ...weights]);
    },
    (found) => found.filter((tensor) => tensor !== null),
  );
  const values = execute(
    { ...graph, updates: [] },
    [...inputs.values()].map(({ value }) => value),
  );
  let next = 0;
  const found = result.map((tensor) => (tensor ? (values[next++] as NDArray) : null));
  const ofWeights = found.slice(inputs.size);
  return [
    ...inputProblems(section, inputs, found, context, closeness),
    ...(section.weight_grads === undefined
      ? []
      : differences(ofWeights, context.decode(section.weight_grads), closeness, 'the gradient of weights')),
  ];
}

function inputProblems(
  { input_grads: expected = {} }: GradientSection,
  inputs: ReadonlyMap<string, Tensor>,
  found: readonly unknown[],
  context: GroupContext,
  closeness: Closeness,
): string[] {
  return [...inputs.keys()].flatMap((path, index) =>
    differences(found[index], context.decode((expected as JsonObject)[path] ?? null), closeness, `the gradient of ${path}`),
  );
}

function cotangentsOf({ cotangents }: GradientSection, outputs: readonly Tensor[], context: GroupContext): readonly (Tensor | null)[] {
  if (cotangents === undefined) return outputs.map((output) => lax.fullLike(output, 1));
  // Half precision: those of the case are as exact as what they are multiplied with.
  const given = context.decode(cotangents) as readonly (Tensor | null)[];
  return given.map((tensor, index) => tensor && lax.cast(tensor, (outputs[index] as Tensor).dtype));
}

const tensorLeaves = (outputs: unknown): Tensor[] => flatten(outputs as Nested<unknown>).filter((leaf) => leaf instanceof Tensor);

function floatLeaves(call: PythonCall): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapStructure(call as unknown as Nested<unknown>, (leaf, path) => {
    if (leaf instanceof Tensor && leaf.dtype.includes('float')) found.set(path.join('.'), leaf);
  });
  return found;
}
