// Replays optimizers, step by step, and learning-rate schedules.
import { type optimizers, type Tensor, Variable } from '../../../compiler/index.ts';
import type { Case, Json, JsonObject } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

export function runSchedule(item: Case, _context: GroupContext): void {
  const schedule = deserialize(item['config'] as Json) as optimizers.schedules.LearningRateSchedule;
  const rates = (item['steps'] as readonly number[]).map((step) => Number(schedule(step).item()));
  throwIfAny(differences(rates, item['values'], closenessFor(item)));
}

export function runOptimizer(item: Case, context: GroupContext): void {
  const optimizer = deserialize(item['config'] as Json) as optimizers.Optimizer;
  const variables = (context.decode(item['initial'] as Json) as Tensor[]).map((value, index) => new Variable(value, { name: `v${index}` }));
  const gradients = context.decode(item['gradients'] as Json) as Tensor[][];
  const closeness = closenessFor(item);
  const compare = (actual: readonly Variable[], expected: unknown, path: string): void =>
    throwIfAny(
      differences(
        actual.map((variable) => variable.value),
        context.decode(expected as Json),
        closeness,
        path,
      ),
    );
  (item['steps'] as readonly JsonObject[]).forEach((step, index) => {
    optimizer.apply(gradients[index] as Tensor[], variables);
    throwIfAny(differences(Number(optimizer.learningRate.item()), step['learning_rate'], closeness, `learning rate of step ${index + 1}`));
    if (step['values']) compare(variables, step['values'], `step ${index + 1}`);
  });
  compare(optimizer.variables, item['optimizer_variables'], 'state');
  if (!('after_finalize' in item)) return;
  optimizer.finalizeVariableValues(variables);
  compare(variables, item['after_finalize'], 'after finalize');
}
