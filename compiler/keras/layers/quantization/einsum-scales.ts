// How the scales of inputs and kernel of an einsum lie on its output: Keras keeps the kernel's in that form.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

/** The way of one operand's scale onto the output's axes. */
export interface ScalePath {
  /** Axes of the operand that the equation sums: they share a scale. */
  readonly reduced: readonly number[];
  readonly transpose: readonly number[];
  /** Axes of size 1 that the output has more. */
  readonly expand: readonly number[];
  /** Axes of size 1 that the output has not. */
  readonly squeeze: readonly number[];
}

export interface EinsumScales {
  readonly inputs: ScalePath;
  readonly kernel: ScalePath;
  /** From the cotangent of the output and the kernel to that of the inputs. */
  readonly gradientEquation: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Letters for the axes that the equation leaves to `...`. */
function spellOut(equation: string, rank: number): { readonly input: string; readonly kernel: string; readonly output: string } {
  const [left = '', output = ''] = equation.replaceAll(' ', '').split('->');
  const [input = '', kernel = ''] = left.split(',');
  const free = [...LETTERS].filter((letter) => !equation.includes(letter)).slice(0, rank - input.replace('...', '').length);
  const fill = (term: string): string => term.replace('...', free.join(''));
  return { input: fill(input), kernel, output: fill(output) };
}

/** Summed axes take the places of axes that the output has more; those that are left over are dropped. */
function pathOf(term: string, output: string): ScalePath {
  const reduced = [...term].flatMap((label, axis) => (output.includes(label) ? [] : [axis]));
  const expand = [...output].flatMap((label, axis) => (term.includes(label) ? [] : [axis]));
  const transpose = [...output].flatMap((label) => (term.includes(label) ? [term.indexOf(label)] : []));
  const squeeze: number[] = [];
  let place = 0;
  for (const axis of reduced) {
    const next = expand.shift();
    if (next === undefined) squeeze.push(axis);
    else place = next;
    transpose.splice(place, 0, axis);
  }
  return { reduced, transpose, expand, squeeze };
}

export function analyzeScales(equation: string, rank: number): EinsumScales {
  const { input, kernel, output } = spellOut(equation, rank);
  return { inputs: pathOf(input, output), kernel: pathOf(kernel, output), gradientEquation: `${output},${kernel}->${input}` };
}

/** A scale of the operand's rank, with size 1 along summed axes, as it lies on the output. */
export function alignScale(scale: Tensor, { transpose, expand, squeeze }: ScalePath): Tensor {
  const turned = transpose.length > 0 ? ops.transpose(scale, { axes: [...transpose] }) : scale;
  const expanded = expand.length > 0 ? ops.expandDims(turned, [...expand]) : turned;
  return squeeze.length > 0 ? ops.squeeze(expanded, { axis: [...squeeze] }) : expanded;
}

/** The shape of the kernel's scale on the output. */
export function alignedShape(kernelShape: readonly number[], { reduced, transpose, expand, squeeze }: ScalePath): number[] {
  const ones = kernelShape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const shape = transpose.map((axis) => ones[axis] as number);
  for (const axis of [...expand].sort((a, b) => a - b)) shape.splice(axis, 0, 1);
  for (const axis of [...squeeze].sort((a, b) => b - a)) shape.splice(axis, 1);
  return shape;
}

/** Undoes `alignScale`. */
export function restoreScale(scale: Tensor, { transpose, expand, squeeze }: ScalePath): Tensor {
  const expanded = squeeze.length > 0 ? ops.expandDims(scale, [...squeeze]) : scale;
  const squeezed = expand.length > 0 ? ops.squeeze(expanded, { axis: [...expand] }) : expanded;
  const back = transpose.map((_, axis) => transpose.indexOf(axis));
  return transpose.length > 0 ? ops.transpose(squeezed, { axes: back }) : squeezed;
}
