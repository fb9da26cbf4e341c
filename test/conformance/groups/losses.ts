// Replays losses: classes with weights and reductions, and plain functions; the gradient of predictions.
import { losses, type Tensor } from '../../../compiler/index.ts';
import { mapKeys, toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import { type Case, type Json, type JsonObject, Skip } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { gradientProblems } from '../gradient-problems.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

type Compute = (yTrue: Tensor, yPred: Tensor, third?: unknown) => Tensor;

export function runLoss(item: Case, context: GroupContext): void {
  const [yTrue, yPred, sampleWeight] = ['y_true', 'y_pred', 'sample_weight'].map((key) => context.decode(item[key] ?? null));
  const output =
    'class' in item
      ? (deserialize(item['config'] as Json) as Compute)(yTrue as Tensor, yPred as Tensor, sampleWeight)
      : functionNamed(String(item['function']))(yTrue as Tensor, yPred as Tensor, optionsOf(item, context));
  throwIfAny([
    ...yPredGradientProblems(item, output, yPred, context),
    ...differences(output, context.decode(item['output'] as Json), closenessFor(item)),
  ]);
}

function yPredGradientProblems(item: Case, output: Tensor, yPred: unknown, context: GroupContext): string[] {
  const { y_pred_grad: gradient, cotangent } = item;
  if (gradient === undefined) return [];
  const section = { cotangents: [cotangent as Json], input_grads: { args: gradient } };
  return gradientProblems(section, output, { args: yPred }, context, closenessFor(item));
}

const optionsOf = (item: Case, context: GroupContext): unknown =>
  mapKeys(context.decode((item['kwargs'] ?? {}) as JsonObject) as Record<string, unknown>, toCamelCase);

function functionNamed(name: string): Compute {
  const found = (losses as unknown as Record<string, Compute | undefined>)[toCamelCase(name)];
  if (!found) throw new Skip(`losses.${name} is not there`);
  return found;
}
