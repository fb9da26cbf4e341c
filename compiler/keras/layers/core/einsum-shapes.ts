// What an einsum equation says of the kernel, bias and output of a dense layer.
import { quote, ValueError } from '../../../errors/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';

export interface EinsumShapes {
  readonly kernel: KerasShape;
  readonly bias: KerasShape | undefined;
  readonly output: KerasShape;
  /** Axes of the kernel that are summed, and those that only the output has. */
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

interface Terms {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Whether the unnamed axes stand before or after the named ones. */
  readonly ellipsis: 'before' | 'after' | 'none';
}

function parse(equation: string): Terms {
  const match = /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/.exec(
    equation.replaceAll(' ', '').replaceAll('0', '...'),
  );
  const [, before, input, after, kernel, outputBefore, output, outputAfter] = match ?? [];
  if (!match || input === undefined || kernel === undefined || output === undefined || before !== outputBefore || after !== outputAfter) {
    throw new ValueError(
      `Invalid einsum equation '${equation}'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]....`,
      { code: 'einsum' },
    );
  }
  return { input, kernel, output, ellipsis: before ? 'before' : after ? 'after' : 'none' };
}

/** The shapes that follow from the input's shape and the output's, which names its axes without the batch. */
export function analyzeEquation(equation: string, biasAxes: string | null, inputShape: KerasShape, outputShape: KerasShape): EinsumShapes {
  const terms = parse(equation);
  const elided = inputShape.length - terms.input.length;
  const start = terms.ellipsis === 'before' ? elided : 0;
  const unnamed =
    terms.ellipsis === 'before' ? inputShape.slice(0, elided) : terms.ellipsis === 'after' ? inputShape.slice(terms.input.length) : [];
  const sizes = new Map<string, number | null>([...terms.input].map((label, axis) => [label, inputShape[start + axis] ?? null]));
  // The output's given shape leaves out the batch: the first axis, or the unnamed axes before.
  const full: (number | null)[] = terms.ellipsis === 'before' ? [...outputShape] : [inputShape[0] ?? null, ...outputShape];
  const named = full.slice(-terms.output.length).slice(0, terms.output.length);
  const offset = terms.output.length - named.length;
  [...terms.output].forEach((label, axis) => {
    const given = axis < offset ? null : (named[axis - offset] ?? null);
    const known = sizes.get(label);
    if (given !== null && known !== undefined && known !== null && known !== given) {
      throw new ValueError(
        `Input shape and output shape do not match at shared dimension '${label}'. Input shape is ${known}, and output shape is ${given}.`,
        { code: 'einsum' },
      );
    }
    if (known === undefined || known === null) sizes.set(label, given);
  });
  const sizeOf = (label: string): number | null => {
    const size = sizes.get(label);
    if (size === undefined)
      throw new ValueError(
        `Weight dimension '${label}' did not have a match in either the input spec '${terms.input}' or the output spec '${terms.output}'.`,
        { code: 'einsum' },
      );
    return size;
  };
  // Sizes that the output's shape leaves open stay open, even where the input tells them.
  const output = [...terms.output].map((label, axis) => (axis < offset ? sizeOf(label) : (named[axis - offset] ?? null)));
  const axesWhere = (test: (label: string) => boolean): number[] => [...terms.kernel].flatMap((label, axis) => (test(label) ? [axis] : []));
  return {
    kernel: [...terms.kernel].map(sizeOf),
    bias: biasAxes ? biasShape(terms.output, biasAxes, sizeOf) : undefined,
    output: terms.ellipsis === 'before' ? [...unnamed, ...output] : [...output, ...unnamed],
    inputAxes: axesWhere((label) => terms.input.includes(label) && !terms.output.includes(label)),
    outputAxes: axesWhere((label) => terms.output.includes(label) && !terms.input.includes(label)),
  };
}

/** The bias's axes in the order of the output, with size 1 for the axes between that it does not have. */
function biasShape(output: string, biasAxes: string, sizeOf: (label: string) => number | null): KerasShape {
  const foreign = [...biasAxes].find((label) => !output.includes(label));
  if (foreign)
    throw new ValueError(
      `Bias dimension '${foreign}' was requested, but is not part of the output spec '${output}'. Received: bias_axes=${quote(biasAxes)}`,
      { code: 'einsum' },
    );
  const first = Math.min(...[...biasAxes].map((label) => output.indexOf(label)));
  return [...output.slice(first)].map((label) => (biasAxes.includes(label) ? sizeOf(label) : 1));
}
