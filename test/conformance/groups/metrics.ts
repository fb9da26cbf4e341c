// Replays metrics: results after each update, the state at the end, and the config.
import { isDeepStrictEqual } from 'node:util';
import { type metrics, serializeKerasObject } from '../../../compiler/index.ts';
import { mapKeys, toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import { type Case, type Json, type JsonObject, Mismatch } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

type Metric = metrics.Metric<unknown[]>;

export function runMetric(item: Case, context: GroupContext): void {
  const metric = deserialize(item['config'] as Json) as Metric;
  requireSameConfig(metric, item['config'] as JsonObject);
  const closeness = closenessFor(item);
  for (const [index, call] of (item['calls'] as readonly JsonObject[]).entries()) {
    metric.updateState(...argumentsOf(call, context));
    throwIfAny(differences(metric.result(), context.decode(call['result'] as Json), closeness, `result ${index + 1}`));
  }
  const expected = item['variables'] as readonly JsonObject[];
  const names = metric.variables.map(({ name }) => name);
  throwIfAny(
    differences(
      names,
      expected.map(({ name }) => name),
      closeness,
      'names of variables',
    ),
  );
  const state = metric.variables.map((variable) => variable.value);
  throwIfAny(
    differences(
      state,
      expected.map((variable) => context.decode(variable)),
      closeness,
      'variables',
    ),
  );
}

/** `update_state(y_true, y_pred, sample_weight)` takes the weights as an option. */
function argumentsOf(call: JsonObject, context: GroupContext): unknown[] {
  const args = context.decode(call['args'] as Json) as unknown[];
  const options = mapKeys(context.decode(call['kwargs'] as Json) as Record<string, unknown>, toCamelCase);
  const { yTrue, yPred, values, ...rest } = options;
  const all = [...args, ...[yTrue, yPred, values].filter((value) => value !== undefined)];
  return all.length > 2 ? [...all.slice(0, 2), { sampleWeight: all[2], ...rest }] : [...all, rest];
}

function requireSameConfig(metric: Metric, expected: JsonObject): void {
  const { config, class_name: className } = serializeKerasObject(metric) as { readonly config: unknown; readonly class_name: string };
  if (className !== expected['class_name']) throw new Mismatch([`the class is ${className}, expected ${String(expected['class_name'])}`]);
  if (!isDeepStrictEqual(config, expected['config'])) {
    throw new Mismatch([`the config is ${JSON.stringify(config)}, expected ${JSON.stringify(expected['config'])}`]);
  }
}
