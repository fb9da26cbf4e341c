// The metrics that a model was compiled with: those of each output, with their names in the logs.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { toSnakeCase } from '../engine/names.ts';
import { flatten, isPlainObject, type Nested } from '../engine/structure.ts';
import * as metricsModule from '../metrics/index.ts';
import { type Direction, Metric, type MetricResult } from '../metrics/metric.ts';
import { labelKind } from './resolve-crossentropy.ts';
import { describeStructure, isNested } from './step-data.ts';

/** A name, a function of targets and predictions, a Metric or a config. */
export type MetricLike = metricsModule.MetricLike;

/** Metrics of a single output, or for each output in a list or dictionary. */
export type CompileMetricList = readonly MetricTree[] | { readonly [output: string]: MetricTree };
type MetricTree = MetricLike | null | readonly MetricTree[] | { readonly [output: string]: MetricTree };

/** A metric and its name in the logs, which may differ from its own. */
interface NamedMetric {
  readonly metric: Metric;
  readonly name: string;
}

/** The metrics of one output. */
interface OutputMetrics {
  readonly output: string | undefined;
  readonly metrics: readonly NamedMetric[];
}

type PerOutput = readonly (OutputMetrics | undefined)[];

/** Metrics whose outputs have been seen. */
interface Built {
  readonly plain: PerOutput;
  readonly weighted: PerOutput;
  /** Names of the outputs, where targets and predictions are dictionaries. */
  readonly order: readonly string[] | undefined;
}

export class CompileMetrics {
  readonly name = 'compile_metrics';
  readonly #plain: CompileMetricList | null | undefined;
  readonly #weighted: CompileMetricList | null | undefined;
  readonly #outputNames: readonly string[] | undefined;
  #built: Built | undefined;

  constructor(plain?: CompileMetricList | null, weighted?: CompileMetricList | null, outputNames?: readonly string[]) {
    requireList('metrics', plain);
    requireList('weighted_metrics', weighted);
    this.#plain = plain;
    this.#weighted = weighted;
    this.#outputNames = outputNames;
  }

  /** All metrics, those of weighted samples last. */
  get metrics(): readonly Metric[] {
    return this.#named.map(({ metric }) => metric);
  }

  get #named(): readonly NamedMetric[] {
    return [...(this.#built?.plain ?? []), ...(this.#built?.weighted ?? [])].flatMap((output) => output?.metrics ?? []);
  }

  get variables(): Metric['variables'] {
    return this.metrics.flatMap((metric) => metric.variables);
  }

  /** Which values of the metric of this name are better. */
  directionOf(name: string): Direction {
    return this.#named.findLast((named) => named.name === name)?.metric.direction;
  }

  resetState(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  updateState(yTrue: Nested<Tensor | null>, yPred: Nested<Tensor>, sampleWeight?: Nested<Tensor>): void {
    this.#built ??= this.#build(yTrue, yPred);
    const { plain, weighted, order } = this.#built;
    const targets = flattenInOrder(yTrue, order);
    const predictions = flattenInOrder(yPred, order);
    const weights = sampleWeight === undefined ? [] : flattenInOrder(sampleWeight, order);
    const weightOf = (index: number): Tensor | null => weights[weights.length < targets.length ? 0 : index] ?? null;
    const update = (outputs: PerOutput, isWeighted: boolean): void => {
      outputs.forEach((output, index) => {
        const [target, prediction] = [targets[index], predictions[index]];
        if (!target || !prediction) return;
        for (const { metric } of output?.metrics ?? [])
          metric.updateState(target, prediction, { sampleWeight: isWeighted ? weightOf(index) : null });
      });
    };
    update(plain, false);
    update(weighted, true);
  }

  /** The results under their names in the logs. */
  result(): Readonly<Record<string, Tensor>> {
    if (!this.#built) throw new ValueError('Cannot get result() since the metric has not yet been built.', { code: 'metric-not-built' });
    const results: Record<string, MetricResult> = {};
    const counts = new Map<string, number>();
    const put = (name: string, metric: Metric): void => {
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      results[count === 0 ? name : `${name}_${count}`] = metric.result();
    };
    const nameOf = (output: string | undefined, name: string): string => (output === undefined ? name : `${output}_${name}`);
    for (const list of this.#built.plain) for (const { metric, name } of list?.metrics ?? []) put(nameOf(list?.output, name), metric);
    for (const list of this.#built.weighted) {
      for (const { metric, name } of list?.metrics ?? []) {
        const own = nameOf(list?.output, name);
        put(counts.has(own) ? nameOf(list?.output, `weighted_${name}`) : own, metric);
      }
    }
    return results as Readonly<Record<string, Tensor>>;
  }

  #build(yTrue: Nested<Tensor | null>, yPred: Nested<Tensor>): Built {
    const count = flatten(yPred).length;
    const isFlat = isNested(yPred) && Object.keys(yPred).length === count;
    const names = this.#namesFor(yPred, isFlat);
    const order = count > 1 && isFlat ? names : undefined;
    const outputs: Outputs = { yTrue, yPred, names, order, count, isFlat };
    return {
      plain: this.#resolve(this.#plain, outputs, 'metrics'),
      weighted: this.#resolve(this.#weighted, outputs, 'weighted_metrics'),
      order,
    };
  }

  /** A dictionary of outputs has its keys for names; in the model's order where those are the same. */
  #namesFor(yPred: Nested<Tensor>, isFlat: boolean): readonly string[] | undefined {
    if (!isFlat || !isPlainObject(yPred)) return this.#outputNames;
    const keys = Object.keys(yPred).sort();
    const known = this.#outputNames;
    return known && known.length === keys.length && keys.every((key) => known.includes(key)) ? known : keys;
  }

  #resolve(metrics: CompileMetricList | null | undefined, outputs: Outputs, argument: string): PerOutput {
    const { yTrue, yPred, names, order, count, isFlat } = outputs;
    if (!metrics || Object.keys(metrics).length === 0) return Array<undefined>(count).fill(undefined);
    if (count === 1) {
      const [target, prediction] = [flatten<Tensor | null>(yTrue)[0] as Tensor, flatten(yPred)[0] as Tensor];
      return [listOf(flattenMetrics(metrics), target, prediction, undefined)];
    }
    const flat = isFlat ? perOutput(metrics, names, count) : undefined;
    const trees = flat ?? nestedPerOutput(metrics, yPred);
    if (!trees) throw this.#misfit(metrics, yPred, argument);
    const targets = flattenInOrder(yTrue, order);
    const predictions = flattenInOrder(yPred, order);
    return trees.map((tree, index) => {
      if (tree === null || tree === undefined) return undefined;
      return listOf(flattenMetrics(tree), targets[index] as Tensor, predictions[index] as Tensor, names?.[index]);
    });
  }

  #misfit(metrics: CompileMetricList, yPred: Nested<Tensor>, argument: string): ValueError {
    const names = this.#outputNames;
    const either = names ? `either be a dict or a list matching the output names of the functional model ${quote(names)} or ` : '';
    return new ValueError(
      `Invalid \`${argument}\`. \`${argument}\` should contain metrics objects and ${either}match the output structure of the model: ` +
        `${describeStructure(yPred)}.\nReceived: ${argument}=${quote(metrics)}`,
      { code: 'compile-metrics' },
    );
  }
}

interface Outputs {
  readonly yTrue: Nested<Tensor | null>;
  readonly yPred: Nested<Tensor>;
  readonly names: readonly string[] | undefined;
  readonly order: readonly string[] | undefined;
  readonly count: number;
  readonly isFlat: boolean;
}

function requireList(argument: string, metrics: unknown): void {
  if (metrics === null || metrics === undefined || isNested(metrics)) return;
  throw new ValueError(`Expected \`${argument}\` argument to be a list, tuple, or dict. Received instead: ${argument}=${quote(metrics)}`, {
    code: 'compile-metrics',
  });
}

/** The config of a metric is a dictionary too, but one metric. */
const isConfig = (tree: unknown): boolean => isPlainObject(tree) && typeof tree['class_name'] === 'string';

function flattenMetrics(tree: unknown): MetricLike[] {
  if (tree === null || tree === undefined) return [];
  if (Array.isArray(tree)) return tree.flatMap(flattenMetrics);
  if (!isPlainObject(tree) || isConfig(tree)) return [tree as MetricLike];
  return Object.keys(tree)
    .sort()
    .flatMap((key) => flattenMetrics(tree[key]));
}

/** A list with an entry for each output, or a dictionary by the outputs' names. */
function perOutput(metrics: CompileMetricList, names: readonly string[] | undefined, count: number): readonly unknown[] | undefined {
  if (Array.isArray(metrics)) return metrics.length === count ? metrics : undefined;
  const byName = metrics as Readonly<Record<string, unknown>>;
  const keys = Object.keys(byName);
  return names && keys.every((key) => names.includes(key)) ? names.map((name) => byName[name] ?? null) : undefined;
}

/** Metrics in the nested structure of the outputs, in flat order. */
function nestedPerOutput(metrics: unknown, yPred: Nested<Tensor>): unknown[] | undefined {
  if (!isNested(yPred)) return [metrics];
  const keys = isPlainObject(yPred) ? Object.keys(yPred).sort() : Object.keys(yPred);
  const hasKeys = isNested(metrics) && !isConfig(metrics) && Array.isArray(metrics) === Array.isArray(yPred);
  if (!hasKeys || Object.keys(metrics).length !== keys.length || !keys.every((key) => key in metrics)) return undefined;
  const parts = keys.map((key) =>
    nestedPerOutput((metrics as Record<string, unknown>)[key], (yPred as Record<string, Nested<Tensor>>)[key] as Nested<Tensor>),
  );
  return parts.every((part) => part !== undefined) ? parts.flat(1) : undefined;
}

function listOf(metrics: readonly MetricLike[], yTrue: Tensor, yPred: Tensor, output: string | undefined): OutputMetrics {
  return { output, metrics: metrics.map((identifier) => resolveMetric(identifier, yTrue, yPred)) };
}

/** `accuracy` by the shapes of targets and predictions; a string is its own name in the logs. */
function resolveMetric(identifier: MetricLike, yTrue: Tensor, yPred: Tensor): NamedMetric {
  if (typeof identifier === 'string' && ['accuracy', 'acc'].includes(identifier.toLowerCase())) {
    const options = { name: identifier };
    const kind = labelKind(yTrue, yPred);
    if (kind === 'binary') return { metric: new metricsModule.BinaryAccuracy(options) as unknown as Metric, name: identifier };
    if (kind === 'sparse') return { metric: new metricsModule.SparseCategoricalAccuracy(options) as unknown as Metric, name: identifier };
    return { metric: new metricsModule.CategoricalAccuracy(options) as unknown as Metric, name: identifier };
  }
  const found: unknown = metricsModule.get(identifier);
  if (found instanceof Metric) return { metric: found as Metric, name: typeof identifier === 'string' ? identifier : found.name };
  const compute = found as (yTrue: Tensor, yPred: Tensor) => Tensor;
  const name = typeof identifier === 'string' ? identifier : toSnakeCase(compute.name || 'metric');
  return { metric: new metricsModule.MeanMetricWrapper(compute as never, { name }) as unknown as Metric, name };
}

/** The leaves; of a dictionary in the order of the outputs' names. */
function flattenInOrder<T>(structure: Nested<T>, order: readonly string[] | undefined): (T | undefined)[] {
  if (!order || !isPlainObject(structure)) return flatten(structure);
  return order.map((name) => (structure as Record<string, T>)[name]);
}
