// Replays initializers, regularizers and constraints.
import { ops, type Tensor } from '../../../compiler/index.ts';
import type { Case, Json, JsonObject } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { gradientProblems } from '../gradient-problems.ts';
import { hostValues } from '../host-values.ts';
import { statisticDifferences } from '../statistics.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

type OfTensor = (x: Tensor) => Tensor;

export function runInitializer(item: Case, context: GroupContext): void {
  const initializer = deserialize(item['config'] as Json) as unknown as (shape: readonly number[], options: object) => Tensor;
  const shape = item['shape'] as readonly number[];
  const value = initializer(shape, { dtype: 'float32' });
  if ('exact' in item) return throwIfAny(differences(value, context.decode(item['exact'] as Json), closenessFor(item)));
  const problems = statisticDifferences(hostValues(value), item['statistics'] as JsonObject);
  throwIfAny([...problems, ...('property' in item ? orthogonalityProblems(value, item) : [])]);
}

/** Flattened to a matrix, the smaller side is orthogonal: M Mt or Mt M = gain^2 I. */
function orthogonalityProblems(value: Tensor, item: Case): string[] {
  const columns = value.shape.at(-1) as number;
  const matrix = ops.reshape(value, [value.size / columns, columns]);
  const isWide = value.size / columns < columns;
  const product = isWide ? ops.matmul(matrix, ops.transpose(matrix)) : ops.matmul(ops.transpose(matrix), matrix);
  const gain = Number(((item['config'] as JsonObject)['config'] as JsonObject)['gain']);
  return differences(
    product,
    ops.multiply(ops.eye(product.shape[0] as number), gain * gain),
    { tolerance: 1e-4 },
    'the product with its transpose',
  );
}

export function runRegularizer(item: Case, context: GroupContext): void {
  const regularizer = deserialize(item['config'] as Json) as unknown as OfTensor;
  const input = context.decode(item['input'] as Json) as Tensor;
  const output = regularizer(input);
  // The data say "none" as an empty list of strings.
  const grad = item['grad'] as JsonObject;
  const section = { input_grads: { args: '$strings' in grad ? null : grad } };
  const problems = gradientProblems(section, output, { args: input }, context, closenessFor(item));
  throwIfAny(problems);
  throwIfAny(differences(output, context.decode(item['output'] as Json), closenessFor(item)));
}

export function runConstraint(item: Case, context: GroupContext): void {
  const constraint = deserialize(item['config'] as Json) as unknown as OfTensor;
  const output = constraint(context.decode(item['input'] as Json) as Tensor);
  throwIfAny(differences(output, context.decode(item['output'] as Json), closenessFor(item)));
}
