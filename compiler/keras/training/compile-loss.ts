// The loss that a model was compiled with: one for each output, weighted and added.

import { KeyError, quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { GeneralLossName } from '../engine/identifier-names.ts';
import { toSnakeCase } from '../engine/names.ts';
import { flatten, isPlainObject, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import { FunctionLoss } from '../losses/function-loss.ts';
import { get, type LossLike } from '../losses/get.ts';
import { Loss } from '../losses/loss.ts';
import { Mean } from '../metrics/mean.ts';
import * as ops from '../ops/index.ts';
import { fitTargets } from './fit-targets.ts';
import { crossentropyFor } from './resolve-crossentropy.ts';
import { isNested } from './step-data.ts';

/** What stands for one loss: also a general one, which goes by shapes. */
type LossName = LossLike | GeneralLossName;

/** A loss, or several in the structure of the model's outputs; null for an output without one. */
export type CompileLosses =
  | LossLike
  | GeneralLossName
  | null
  | readonly (CompileLosses | undefined)[]
  | { readonly [output: string]: CompileLosses };

/** What each loss counts in the total, in the structure of the losses. */
export type LossWeights = number | readonly LossWeights[] | { readonly [output: string]: LossWeights };

type Path = readonly (string | number)[];

/** One loss of one output. */
interface OutputLoss {
  readonly path: Path;
  readonly loss: Loss;
  readonly weight: number | undefined;
  readonly name: string;
}

/** A loss before the shapes of the output are known. */
class WeightedLoss {
  readonly loss: LossName | null | undefined;
  readonly weight: number | undefined;

  constructor(loss: LossName | null | undefined, weight?: number) {
    this.loss = loss;
    this.weight = weight;
  }
}

type LossTree = Nested<WeightedLoss>;

export class CompileLoss {
  readonly #losses: CompileLosses;
  readonly #weights: LossWeights | undefined;
  readonly #outputNames: readonly string[] | undefined;
  #built: readonly OutputLoss[] | undefined;
  #trackers: readonly Mean[] = [];

  constructor(losses: CompileLosses, weights?: LossWeights | null, outputNames?: readonly string[]) {
    this.#losses = losses;
    this.#weights = weights ?? undefined;
    this.#outputNames = outputNames;
    if (weights === undefined || weights === null || typeof weights === 'number' || typeof weights === 'object') return;
    throw new ValueError(
      'Expected `loss_weights` argument to be a float (single output case) or a list, tuple, or dict (multiple output case). ' +
        `Received instead: loss_weights=${quote(weights)}`,
      { code: 'loss-weights' },
    );
  }

  /** A mean for each loss, where there are several. */
  get metrics(): readonly Mean[] {
    return this.#trackers;
  }

  /** The weighted sum of the losses; undefined if no output has one. */
  compute(yTrue: Nested<Tensor | null>, yPred: Nested<Tensor>, sampleWeight?: Nested<Tensor>): Tensor | undefined {
    const targets = isNested(yTrue) || isNested(yPred) ? fitTargets(yTrue, yPred, flattenLosses(this.#losses), this.#outputNames) : yTrue;
    this.#built ??= this.#build(targets, yPred);
    let total: Tensor | undefined;
    this.#built.forEach(({ path, loss, weight }, index) => {
      const predictions = follow(yPred, path) as Tensor;
      const weights = isNested(sampleWeight) ? follow(sampleWeight, path) : sampleWeight;
      const value = ops.cast(loss(follow(targets, path) as Tensor, predictions, weights as Tensor | undefined), 'float32');
      // Keras on TensorFlow does not know the rows of a batch here: each batch counts once, unlike in the total.
      this.#trackers[index]?.updateState(value);
      const weighted = weight === undefined ? value : ops.multiply(value, weight);
      total = total ? ops.add(total, weighted) : weighted;
    });
    return total;
  }

  #build(yTrue: Nested<Tensor | null>, yPred: Nested<Tensor>): readonly OutputLoss[] {
    const tree = weigh(...this.#inOutputOrder(yPred));
    const count = flatten(yPred).length;
    const known = this.#outputNames?.length === count ? this.#outputNames : undefined;
    const names = packLike(yPred, known ?? Array<undefined>(count).fill(undefined));
    const found: OutputLoss[] = [];
    const spread: LossTree = tree instanceof WeightedLoss ? mapStructure(yPred, () => tree) : tree;
    visit({ yTrue, yPred, tree: spread, names, path: [] }, found);
    if (found.length > 1) this.#trackers = found.map(({ name }) => new Mean({ name: `${name}_loss` }));
    return found;
  }

  /** Losses by the names of outputs, in the order of the outputs where those are a list. */
  #inOutputOrder(yPred: Nested<Tensor>): readonly [CompileLosses, LossWeights | undefined] {
    const losses = this.#losses;
    const weights = this.#weights;
    if (!this.#outputNames || !isLossDictionary(losses) || isPlainObject(yPred)) return [losses, weights];
    const names = this.#outputNames;
    if (Object.keys(losses).length !== names.length || !names.every((name) => name in losses)) {
      throw new ValueError(`Expected keys ${quote(names)} in loss dict, but found loss.keys()=${quote(Object.keys(losses))}`, {
        code: 'loss-keys',
      });
    }
    const byName = isPlainObject(weights) ? (weights as Readonly<Record<string, LossWeights>>) : undefined;
    return [names.map((name) => losses[name] ?? null), byName ? names.map((name) => byName[name] as LossWeights) : weights];
  }
}

/** A dictionary of losses, and not the config of one. */
const isLossDictionary = (losses: unknown): losses is Readonly<Record<string, CompileLosses>> =>
  isPlainObject(losses) && !('class_name' in losses);

function mapLosses<R>(losses: CompileLosses | undefined, change: (loss: LossName | null | undefined) => R): Nested<R> {
  if (Array.isArray(losses)) return (losses as readonly CompileLosses[]).map((item) => mapLosses(item, change));
  if (!isLossDictionary(losses)) return change(losses as LossName | null | undefined);
  const sorted = Object.keys(losses).sort();
  const changed = new Map(sorted.map((key) => [key, mapLosses(losses[key], change)]));
  return Object.fromEntries(Object.keys(losses).map((key) => [key, changed.get(key) as Nested<R>]));
}

function flattenLosses(losses: CompileLosses): (LossName | null | undefined)[] {
  const flat: (LossName | null | undefined)[] = [];
  mapLosses(losses, (loss) => flat.push(loss));
  return flat;
}

/** Puts each loss together with its weight. */
function weigh(losses: CompileLosses, weights: LossWeights | undefined): LossTree {
  if (weights === undefined) return mapLosses(losses, (loss) => new WeightedLoss(loss));
  const flat = flatten<number>(weights as Nested<number>);
  const count = flattenLosses(losses).length;
  if (flat.length !== count) {
    throw new ValueError(`\`loss_weights\` must match the number of losses, got ${count} losses and ${flat.length} weights.`, {
      code: 'loss-weights',
    });
  }
  let next = 0;
  return mapLosses(losses, (loss) => new WeightedLoss(loss, flat[next++]));
}

interface Visit {
  readonly yTrue: unknown;
  readonly yPred: Nested<Tensor>;
  readonly tree: LossTree;
  readonly names: Nested<string | undefined>;
  readonly path: Path;
}

/** Walks losses and outputs together and lists the losses that there are. */
function visit(at: Visit, found: OutputLoss[]): void {
  const { yPred, tree, path } = at;
  if (tree instanceof WeightedLoss) return addLoss(at, tree, found);
  if (Array.isArray(tree)) {
    const leaves = tree as readonly LossTree[];
    const isFlat = leaves.every((item) => item instanceof WeightedLoss) && leaves.length === flatten(yPred).length;
    if (isFlat && !Array.isArray(yPred)) return visit({ ...at, tree: packLike(yPred, leaves as readonly WeightedLoss[]) }, found);
    // Several losses on one output.
    if (!Array.isArray(yPred)) {
      for (const item of leaves) visit({ ...at, tree: item }, found);
      return;
    }
  }
  if (Array.isArray(tree) !== Array.isArray(yPred) || isPlainObject(tree) !== isPlainObject(yPred)) {
    throw new KeyError(`The path: ${describePath(path)} in the \`loss\` argument, can't be found in the model's output (\`y_pred\`).`, {
      code: 'loss-keys',
    });
  }
  for (const [key, item] of Object.entries(tree)) visitChild(at, Array.isArray(tree) ? Number(key) : key, item as LossTree, found);
}

function visitChild(at: Visit, key: string | number, tree: LossTree, found: OutputLoss[]): void {
  if (tree instanceof WeightedLoss && (tree.loss === null || tree.loss === undefined)) return;
  const path = [...at.path, key];
  const hasKey = (value: unknown): value is Readonly<Record<string | number, unknown>> => isNested(value) && key in value;
  if (!hasKey(at.yTrue) || !hasKey(at.yPred)) {
    throw new KeyError(
      `The path: ${describePath(path)} in the \`loss\` argument, can't be found in either the model's output (\`y_pred\`) or in the labels (\`y_true\`).`,
      { code: 'loss-keys' },
    );
  }
  const names = isNested(at.names) ? (follow(at.names, [key]) as Nested<string | undefined>) : at.names;
  visit({ yTrue: at.yTrue[key], yPred: at.yPred[key] as Nested<Tensor>, tree, names, path }, found);
}

function addLoss({ yTrue, yPred, names, path }: Visit, { loss: given, weight }: WeightedLoss, found: OutputLoss[]): void {
  if (given === null || given === undefined) return;
  const loss = resolveLoss(given, yTrue as Tensor, yPred as Tensor);
  const outputName = (isNested(names) ? undefined : names) ?? loss.name;
  const named = path.length === 0 ? [outputName] : typeof path.at(-1) === 'number' ? [...path.slice(0, -1), outputName] : path;
  found.push({ path, loss, weight, name: named.join('/') });
}

/** The loss that a name, a function, a config or a Loss stands for. */
function resolveLoss(identifier: LossName, yTrue: Tensor, yPred: Tensor): Loss {
  const isGeneral = typeof identifier === 'string' && ['crossentropy', 'ce'].includes(identifier.toLowerCase());
  const found = isGeneral ? crossentropyFor(yTrue, yPred) : get(identifier as LossLike);
  if (found instanceof Loss) return found;
  const compute = found as (yTrue: Tensor, yPred: Tensor) => Tensor;
  return new WrappedLoss(compute, typeof identifier === 'string' ? identifier : toSnakeCase(compute.name || 'loss'));
}

/** A function as a loss. */
class WrappedLoss extends FunctionLoss {
  constructor(compute: (yTrue: Tensor, yPred: Tensor) => Tensor, name: string) {
    super((yTrue, yPred) => compute(yTrue as Tensor, yPred as Tensor), {}, { name });
  }
}

const follow = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], value);

const describePath = (path: Path): string =>
  `(${path.map((key) => (typeof key === 'string' ? `'${key}'` : key)).join(', ')}${path.length === 1 ? ',' : ''})`;
