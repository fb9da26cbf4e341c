// Keras 3's arrangement of weights: a tree that follows the objects of a model, `layers/dense_1/vars/0`.
import { ValueError } from '../../errors/index.ts';
import type { WeightGroup, WeightTree, WeightTreeInput } from '../../formats/model-file.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { Layer } from '../engine/layer.ts';
import { toSnakeCase } from '../engine/names.ts';
import { SeedGenerator } from '../engine/seed-generator.ts';
import { isPlainObject } from '../engine/structure.ts';
import { assignValue } from '../engine/weight.ts';
import type { Model } from '../models/model.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { toFileCase } from './key-case.ts';

/** An object of the tree below another one: `layers/dense` or `cell`. */
interface Child {
  readonly path: readonly string[];
  readonly object: Layer | SeedGenerator | Optimizer;
}

/** The objects below a layer, in the order and under the names of Keras's files. */
export function childrenOf(layer: Layer): Child[] {
  const listed = isModel(layer) ? nameItems(['layers'], layer.layers) : [];
  const properties = Object.entries(layer).map(([key, value]) => [toFileCase(key), value] as const);
  // Private attributes come last.
  const order = (key: string): string => (key.startsWith('_') ? `~${key}` : key);
  const owned = properties
    .sort(([a], [b]) => (order(a) < order(b) ? -1 : 1))
    .flatMap(([key, value]) => (isSaved(value) ? [{ path: [key], object: value }] : nameItems([key], itemsOf(value))));
  return [...listed, ...owned];
}

const isModel = (layer: Layer): layer is Model => 'getLayer' in layer;

const isSaved = (value: unknown): value is Child['object'] =>
  value instanceof Layer || value instanceof SeedGenerator || value instanceof Optimizer;

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return typeof value[0] === 'number' ? [] : value;
  return isPlainObject(value) ? Object.values(value) : [];
}

/** Items of a list are named after their classes, since their own names may differ from one instance to the next. */
function nameItems(path: readonly string[], items: readonly unknown[]): Child[] {
  const counts = new Map<string, number>();
  const unique = (name: string): string => {
    const count = counts.get(name);
    counts.set(name, (count ?? -1) + 1);
    return count === undefined ? name : `${name}_${count + 1}`;
  };
  return items.flatMap((item): Child[] => {
    if (isSaved(item))
      return [
        { path: [...path, unique(item instanceof Layer ? toSnakeCase(item.className) : toSnakeCase(item.constructor.name))], object: item },
      ];
    const inner = itemsOf(item);
    return inner.length === 0 ? [] : nameItems([...path, unique('container')], inner);
  });
}

/** The weights of a model (or layer) as a tree to write. */
export function collectWeightTree(layer: Layer, visited = new Set<object>()): WeightTreeInput {
  visited.add(layer);
  const root = new TreeNode(layer.name, layer.saveOwnVariables(), layer);
  for (const { path, object } of childrenOf(layer)) {
    if (visited.has(object)) continue;
    if (object instanceof Layer) root.put(path, collectWeightTree(object, visited));
    // Newer files do not hold the states of seed generators.
    else if (object instanceof Optimizer) root.put(path, collectOptimizer(object, visited));
  }
  return root;
}

/** All state of the optimizer; one around another one has a group for that too. */
function collectOptimizer(optimizer: Optimizer, visited: Set<object>): TreeNode {
  visited.add(optimizer);
  const node = new TreeNode(
    optimizer.name,
    optimizer.variables.map((variable) => variable.value),
  );
  if (optimizer instanceof LossScaleOptimizer) node.put(['inner_optimizer'], collectOptimizer(optimizer.innerOptimizer, visited));
  return node;
}

class TreeNode implements WeightTreeInput {
  readonly name?: string;
  readonly vars: readonly NDArray[];
  readonly named?: ReadonlyMap<string, NDArray>;
  readonly children = new Map<string, WeightTreeInput>();

  constructor(name?: string, values: readonly NDArray[] = [], layer?: Layer) {
    if (name !== undefined) this.name = name;
    this.vars = values;
    if (layer && namesVariables(layer)) this.named = layer.namedVariables();
  }

  put(path: readonly string[], tree: WeightTreeInput): void {
    const [first, ...rest] = path as [string, ...string[]];
    if (rest.length === 0) {
      this.children.set(first, tree);
      return;
    }
    const group = (this.children.get(first) as TreeNode | undefined) ?? new TreeNode();
    this.children.set(first, group);
    group.put(rest, tree);
  }
}

/** Gives the model's objects their variables. All failures are collected, so that one message tells the extent. */
export function assignWeightTree(
  model: Layer,
  tree: WeightTree,
  { skipMismatch = false }: { readonly skipMismatch?: boolean | undefined } = {},
): void {
  const failures: { readonly layer: Layer; readonly error: Error }[] = [];
  const visited = new Set<object>();
  const visit = (layer: Layer, path: string): void => {
    if (visited.has(layer)) return;
    visited.add(layer);
    try {
      assignGroup(layer, tree.group(path), path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failures.push({ layer, error });
    }
    for (const child of childrenOf(layer)) {
      const childPath = [path, ...child.path].filter(Boolean).join('/');
      if (child.object instanceof Layer) visit(child.object, childPath);
      else if (child.object instanceof Optimizer) assignOptimizer(child.object, tree.group(childPath));
      else assignSeed(child.object, tree.group(childPath));
    }
  };
  visit(model, '');
  if (failures.length === 0) return;
  if (!skipMismatch) throw loadingError(failures);
  for (const { layer, error } of failures)
    console.warn(`Could not load weights in object ${describe(layer)}. Skipping object. Exception encountered: ${error.message}`);
}

/** A layer that keeps values under names of its own, besides variables. */
interface NamesVariables {
  namedVariables(): ReadonlyMap<string, NDArray>;
  loadNamedVariables(values: ReadonlyMap<string, NDArray>): void;
}

const namesVariables = (layer: Layer): layer is Layer & NamesVariables => 'namedVariables' in layer;

function assignGroup(layer: Layer, group: WeightGroup | undefined, path: string): void {
  if (!group && layer.ownVariables.length > 0) {
    throw new ValueError(`The file has no weights at ${path === '' ? 'its root' : `"${path}"`} for layer '${layer.name}'.`, {
      code: 'load-weights',
    });
  }
  if (group && namesVariables(layer)) layer.loadNamedVariables(group.named);
  else if (group && (group.vars.length > 0 || layer.ownVariables.length > 0)) layer.loadOwnVariables(group.vars);
}

function assignSeed(generator: SeedGenerator, group: WeightGroup | undefined): void {
  const [state] = group?.vars ?? [];
  if (state && state.shape.length === 1 && state.shape[0] === 2) assignValue(generator.state, state);
}

/** Files of models that were not trained have no state, or that of an optimizer that has seen no weights. */
function assignOptimizer(optimizer: Optimizer, group: WeightGroup | undefined): void {
  const { variables } = optimizer;
  if (!group || group.vars.length === 0) return;
  // Iterations and learning rate alone: the optimizer had taken no step.
  const isFresh = group.vars.length === 2 && variables.length > 2;
  if (isFresh) return;
  if (group.vars.length !== variables.length) {
    console.warn(
      `Skipping variable loading for optimizer '${optimizer.name}', because it has ${variables.length} variables whereas the saved optimizer ` +
        `has ${group.vars.length} variables.`,
    );
    return;
  }
  variables.forEach((variable, index) => {
    assignValue(variable, group.vars[index] as NDArray);
  });
}

const describe = (layer: Layer): string => `<${layer.className} name=${layer.name}, built=${layer.built ? 'True' : 'False'}>`;

function loadingError(failures: readonly { readonly layer: Layer; readonly error: Error }[]): ValueError {
  const [first] = failures as [{ layer: Layer; error: Error }];
  return new ValueError(
    `A total of ${failures.length} objects could not be loaded. Example error message for object ${describe(first.layer)}:\n\n${first.error.message}\n\n` +
      `List of objects that could not be loaded:\n[${failures.map(({ layer }) => describe(layer)).join(', ')}]`,
    { code: 'load-weights', cause: first.error },
  );
}
