// Brings targets into the structure of the outputs.
import { ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { flatten, isPlainObject, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import { describeStructure, isNested, isSameStructure } from './step-data.ts';

/**
 * The targets in the structure of the predictions. Outputs without a loss may lack theirs: there is null then.
 *
 * @param losses those of the outputs in flat order, null where there is none
 */
export function fitTargets(
  yTrue: Nested<Tensor | null>,
  yPred: Nested<Tensor>,
  losses: readonly unknown[],
  outputNames: readonly string[] | undefined,
): Nested<Tensor | null> {
  if (isSameStructure(yTrue, yPred)) return yTrue;
  if (!isNested(yTrue) && isNested(yPred) && flatten(yPred).length === 1) return packLike(yPred, [yTrue as Tensor]);
  // A list of targets for a dictionary of outputs, or the other way round.
  const list = isPlainObject(yTrue) && Array.isArray(yPred) ? byName(yTrue as Record<string, Tensor>, outputNames) : undefined;
  const leaves = list ?? flatten<Tensor | null>(yTrue);
  if (leaves.length === flatten(yPred).length) return packLike(yPred, leaves);
  const present = losses.flatMap((loss, index) => (loss === null || loss === undefined ? [] : [index]));
  if (present.length === leaves.length && losses.length === flatten(yPred).length) {
    return packLike(
      yPred,
      losses.map((_, index) => (present.includes(index) ? (leaves[present.indexOf(index)] as Tensor) : null)),
    );
  }
  // A dictionary of targets may leave out outputs that have no loss.
  if (isPlainObject(yTrue) && isPlainObject(yPred)) return yTrue;
  const stars = (value: Nested<unknown>): string => describeStructure(mapStructure(value, () => '*'));
  throw new ValueError(`y_true and y_pred have different structures.\ny_true: ${stars(yTrue)}\ny_pred: ${stars(yPred)}\n`, {
    code: 'target-structure',
  });
}

function byName(yTrue: Readonly<Record<string, Tensor>>, names: readonly string[] | undefined): Tensor[] | undefined {
  if (!names || names.length !== Object.keys(yTrue).length || !names.every((name) => name in yTrue)) return undefined;
  return names.map((name) => yTrue[name] as Tensor);
}
