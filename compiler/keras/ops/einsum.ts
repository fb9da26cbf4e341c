// Einstein summation: parses the subscripts and contracts the operands pair by pair.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { contract } from './contraction.ts';
import { promoteAll, type TensorLike, toTensor } from './convert.ts';

/** A tensor whose axes carry labels; no label twice. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

interface Subscripts {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The labels of one term; an ellipsis becomes labels of its own, `.0` being the last axis that it covers. */
function parseTerm(term: string, rank: number, subscripts: string): string[] {
  const [before = '', after] = term.split('...');
  const covered = after === undefined ? 0 : rank - before.length - after.length;
  const labels = [...before, ...Array.from({ length: Math.max(0, covered) }, (_, k) => `.${covered - 1 - k}`), ...(after ?? '')];
  if (labels.length !== rank || labels.some((label) => !/^([A-Za-z]|\.\d+)$/.test(label))) {
    throw new ValueError(`Invalid einsum subscripts ${quote(subscripts)}: ${quote(term)} does not fit an operand of ${rank} dimensions.`, {
      code: 'einsum',
    });
  }
  return labels;
}

function parseSubscripts(subscripts: string, operands: readonly Tensor[]): Subscripts {
  const [inputs = '', output] = subscripts.replaceAll(' ', '').split('->');
  const terms = inputs.split(',');
  if (terms.length !== operands.length) {
    throw new ValueError(`einsum subscripts ${quote(subscripts)} name ${terms.length} operands. Received: ${operands.length}`, {
      code: 'einsum',
    });
  }
  const parsed = terms.map((term, index) => parseTerm(term, (operands[index] as Tensor).rank, subscripts));
  const all = parsed.flat();
  const dots = [...new Set(all.filter((label) => label.startsWith('.')))].sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  if (output === undefined) {
    // Implicit output: the ellipsis, then all labels that occur once, in alphabetical order.
    const single = [...new Set(all)].filter((label) => !label.startsWith('.') && all.filter((other) => other === label).length === 1);
    return { operands: parsed, output: [...dots, ...single.sort()] };
  }
  const [before = '', after] = output.split('...');
  return { operands: parsed, output: after === undefined ? [...before] : [...before, ...dots, ...after] };
}

/** Sums the axes whose labels nobody else needs. */
function sumUnneeded({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: lax.reduce('sum', tensor, axes), labels: labels.filter((label) => needed.has(label)) };
}

/** Replaces a label that occurs twice (`ii`) by the diagonal. */
function takeDiagonals({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second === -1) return { tensor, labels };
  const first = labels.indexOf(labels[second] as string);
  const mask = lax.compare('equal', lax.iota('int32', tensor.shape, first), lax.iota('int32', tensor.shape, second));
  const diagonal = lax.reduce('sum', lax.select(mask, tensor, lax.full(tensor.shape, 0, tensor.dtype)), [second]);
  return takeDiagonals({ tensor: diagonal, labels: labels.filter((_, axis) => axis !== second) });
}

/** Drops axes of size 1 that stand against a larger size elsewhere: they broadcast. */
function dropBroadcast({ tensor, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const stays = labels.map((label, axis) => tensor.shape[axis] === sizes.get(label));
  return {
    tensor: lax.reshape(
      tensor,
      tensor.shape.filter((_, axis) => stays[axis]),
    ),
    labels: labels.filter((_, axis) => stays[axis]),
  };
}

/** One product: shared labels that are needed later are batch axes, the other shared ones are summed. */
function contractPair(x: Labelled, y: Labelled, needed: ReadonlySet<string>): Labelled {
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const axes = (labels: readonly string[], of: Labelled): number[] => labels.map((label) => of.labels.indexOf(label));
  const tensor = contract(x.tensor, y.tensor, {
    lhsContracting: axes(summed, x),
    rhsContracting: axes(summed, y),
    lhsBatch: axes(batch, x),
    rhsBatch: axes(batch, y),
  });
  const free = ({ labels }: Labelled): string[] => labels.filter((label) => !shared.includes(label));
  return { tensor, labels: [...batch, ...free(x), ...free(y)] };
}

function labelSizes(terms: readonly Labelled[], subscripts: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of terms) {
    labels.forEach((label, axis) => {
      const dim = tensor.shape[axis] as number;
      const known = sizes.get(label) ?? 1;
      if (dim !== 1 && known !== 1 && dim !== known) {
        throw new ValueError(
          `Dimension '${label}' of einsum ${quote(subscripts)} has sizes ${known} and ${dim}. Received shapes: ${terms.map((term) => formatShape(term.tensor.shape)).join(', ')}`,
          { code: 'einsum' },
        );
      }
      sizes.set(label, Math.max(known, dim) === 1 ? dim : Math.max(known, dim));
    });
  }
  return sizes;
}

/** Brings the axes into the order of the output; labels that only broadcast operands had are repeated. */
function arrange({ tensor, labels }: Labelled, output: readonly string[], sizes: ReadonlyMap<string, number>): Tensor {
  const present = output.filter((label) => labels.includes(label));
  const ordered = lax.transpose(
    tensor,
    present.map((label) => labels.indexOf(label)),
  );
  if (present.length === output.length) return ordered;
  return lax.broadcast(
    ordered,
    output.map((label) => sizes.get(label) ?? 1),
    present.map((label) => output.indexOf(label)),
  );
}

/** Einstein summation of tensors of one dtype. */
export function einsumTensors(subscripts: string, operands: readonly Tensor[]): Tensor {
  const parsed = parseSubscripts(subscripts, operands);
  const given = operands.map((tensor, index): Labelled => ({ tensor, labels: parsed.operands[index] as string[] }));
  const sizes = labelSizes(given, subscripts);
  const missing = parsed.output.find((label) => !sizes.has(label));
  if (missing !== undefined)
    throw new ValueError(`einsum subscripts ${quote(subscripts)}: output label '${missing}' is in no operand.`, { code: 'einsum' });
  const terms = given.map((term) => dropBroadcast(takeDiagonals(term), sizes));
  const neededAfter = (index: number): Set<string> => new Set([...parsed.output, ...terms.slice(index + 1).flatMap((term) => term.labels)]);
  const neededBeside = (index: number, others: readonly Labelled[]): Set<string> =>
    new Set([...neededAfter(index), ...others.flatMap((term) => term.labels)]);
  let result = sumUnneeded(terms[0] as Labelled, neededAfter(0));
  for (let index = 1; index < terms.length; index++) {
    const next = sumUnneeded(terms[index] as Labelled, neededBeside(index, [result]));
    result = contractPair(sumUnneeded(result, neededBeside(index, [next])), next, neededAfter(index));
  }
  return arrange(result, parsed.output, sizes);
}

/** Einstein summation: `einsum('bij,jk->bik', x, kernel)`. Labels not in the output are summed; `...` stands for any axes. int8 gives int32. */
export const einsum = defineOp('einsum', ['subscripts', '*operands'], (subscripts: string, ...operands: readonly TensorLike[]): Tensor => {
  const isInt8 = operands.every((operand) => toTensor(operand).dtype === 'int8');
  const tensors = isInt8 ? operands.map((operand) => toTensor(operand, 'int32')) : promoteAll(operands);
  const isBool = tensors[0]?.dtype === 'bool';
  const result = einsumTensors(subscripts, isBool ? tensors.map((tensor) => lax.cast(tensor, 'int32')) : tensors);
  return isBool ? lax.cast(result, 'bool') : result;
});
