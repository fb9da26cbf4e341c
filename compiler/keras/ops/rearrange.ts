// Axes split, moved and merged as a pattern says, in the notation of einops.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type TensorLike, toTensor } from './convert.ts';

/** The axes of one side of a pattern: a name, or the names in a pair of brackets. */
type Groups = readonly (readonly string[])[];

function parseSide(text: string): Groups {
  return (text.match(/\w+|\(.*?\)/g) ?? []).map((group) => group.match(/\w+/g) ?? []);
}

function parsePattern(pattern: string): readonly [Groups, Groups] {
  const sides = pattern.split('->');
  const [input, output] = sides.map(parseSide);
  const names = (groups: Groups): string => [...groups.flat()].sort().join();
  if (sides.length !== 2 || !input || !output || names(input) !== names(output)) {
    throw new ValueError(`Both sides of a pattern must name the same axes. Received: pattern=${quote(pattern)}`, {
      code: 'rearrange',
      cure: "Write it as 'b (h k) w -> b h (k w)'.",
    });
  }
  return [input, output];
}

/** The size of each named axis; one axis of each group may be left to find. */
function axisSizes(
  groups: Groups,
  shape: readonly number[],
  pattern: string,
  given: Readonly<Record<string, number>>,
): Map<string, number> {
  const sizes = new Map<string, number>();
  const refuse = (reason: string): never => {
    throw new ValueError(
      `${reason} Received: pattern=${quote(pattern)}, tensor.shape=${formatShape(shape)}, axes_lengths=${quote(given)}`,
      {
        code: 'rearrange',
      },
    );
  };
  if (groups.length !== shape.length) refuse(`The pattern describes ${groups.length} axes, the tensor has ${shape.length}.`);
  groups.forEach((names, axis) => {
    const size = shape[axis] as number;
    const open = names.filter((name) => given[name] === undefined);
    const known = names.reduce((product, name) => product * (given[name] ?? 1), 1);
    if (open.length > 1) refuse(`Only one axis of (${names.join(' ')}) can be found from the others.`);
    if (open.length === 1 ? size % known !== 0 : size !== known)
      refuse(`The axis (${names.join(' ')}) of size ${size} cannot be split so.`);
    for (const name of names) sizes.set(name, given[name] ?? size / known);
  });
  return sizes;
}

/**
 * Reshapes and moves axes as a pattern says: names for axes, brackets around those that are one axis of the tensor.
 *
 * @param axesLengths the sizes of axes that the pattern splits off; one in each bracket is found from the others
 * @example ops.rearrange(images, 'b (h k) w c -> b h w (k c)', { k: 2 })
 */
export const rearrange = defineOp(
  'rearrange',
  ['tensor', 'pattern'],
  (tensor: TensorLike, pattern: string, axesLengths: Readonly<Record<string, number>> = {}): Tensor => {
    const x = toTensor(tensor);
    const [input, output] = parsePattern(pattern);
    const sizes = axisSizes(input, x.shape, pattern, axesLengths);
    const names = input.flat();
    const split = lax.reshape(
      x,
      names.map((name) => sizes.get(name) as number),
    );
    const moved = lax.transpose(
      split,
      output.flat().map((name) => names.indexOf(name)),
    );
    return lax.reshape(
      moved,
      output.map((group) => group.reduce((product, name) => product * (sizes.get(name) as number), 1)),
    );
  },
);
