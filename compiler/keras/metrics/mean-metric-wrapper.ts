// The mean of a function of the user's choice.
import { quote, ValueError } from '../../errors/index.ts';
import { toSnakeCase } from '../engine/names.ts';
import { FunctionMetric, type MetricFunction } from './function-metric.ts';
import * as functions from './functions.ts';
import type { MetricOptions } from './metric.ts';

/** A function as model files hold it: its name stands in the place of the arguments. */
interface SerializedFunction {
  readonly class_name: 'function';
  readonly config: string;
}

const FUNCTIONS = new Map(Object.entries(functions).map(([name, compute]) => [toSnakeCase(name), compute as MetricFunction<object>]));
const NAMES = new Map<unknown, string>([...FUNCTIONS].map(([name, compute]) => [compute, name]));

/**
 * The mean of `fn(yTrue, yPred, options)` over all samples. Options that are not a metric's go to the function.
 *
 * @example new metrics.MeanMetricWrapper((yTrue, yPred) => ops.abs(ops.subtract(yTrue, yPred)), { name: 'distance' })
 */
export class MeanMetricWrapper extends FunctionMetric {
  static readonly positional: readonly string[] = ['fn'];
  readonly fn: MetricFunction<object>;

  constructor(
    fn: MetricFunction<object> | SerializedFunction,
    { name, dtype, ...options }: MetricOptions & Readonly<Record<string, unknown>> = {},
  ) {
    const compute = typeof fn === 'function' ? fn : functionNamed(fn);
    super(compute, options, { name: name ?? null, dtype: dtype ?? null });
    this.fn = compute;
  }

  override getConfig(): Record<string, unknown> {
    const name = NAMES.get(this.fn);
    const fn = name === undefined ? this.fn : { module: 'builtins', class_name: 'function', config: name, registered_name: 'function' };
    return { ...super.getConfig(), fn };
  }
}

function functionNamed(serialized: SerializedFunction): MetricFunction<object> {
  const found = FUNCTIONS.get(serialized?.config);
  if (found) return found;
  throw new ValueError(`Could not interpret metric function: ${quote(serialized)}`, {
    code: 'metric',
    cure: 'Give a function of yTrue and yPred, written in ops.*.',
  });
}
