// The arrangements of weights before Keras 3: a list of layers (HDF5), or names alone (TensorFlow.js).
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { LayerWeights, NamedWeight, WeightLayers, WeightNames } from '../../formats/model-file.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { sameShape } from '../../ir/shape.ts';
import type { Variable } from '../../trace/variable.ts';
import type { Layer } from '../engine/layer.ts';
import { assignValue } from '../engine/weight.ts';
import type { Model } from '../models/model.ts';
import { convertLegacyWeights, type WeightOrigin } from './legacy-weights.ts';

/** Files before Keras 3 list what is trained first. */
const legacyOrder = (layer: Layer): Variable[] => [...layer.trainableWeights, ...layer.nonTrainableWeights];

/** Gives the layers their weights in the order of the file, as Keras does: names may differ, the order may not. */
export function assignWeightLayers(model: Model, weights: WeightLayers, options: MismatchOptions = {}): void {
  const { layers, topLevel } = weights;
  const saved = layers.filter(({ weights }) => weights.length > 0);
  const expected = model.layers.filter((layer) => layer.weights.length > 0);
  if (saved.length !== expected.length) {
    throw new ValueError(
      `Layer count mismatch when loading weights from file. Model expected ${expected.length} layers, found ${saved.length} saved layers.`,
      {
        code: 'load-weights',
        cure: `The file has: ${saved.map(({ name }) => name).join(', ')}. The model has: ${expected.map(({ name }) => name).join(', ')}.`,
      },
    );
  }
  expected.forEach((layer, index) => {
    assignLayer(layer, saved[index] as LayerWeights, index, { ...options, origin: weights });
  });
  if (topLevel.length > 0) assignTopLevel(model, topLevel, options);
}

export interface MismatchOptions {
  /** Leaves weights as they are, with a warning, where the file has others in number or shape. */
  readonly skipMismatch?: boolean | undefined;
}

interface AssignOptions extends MismatchOptions {
  readonly origin: WeightOrigin;
}

/** Gives weights to the layers that the file knows by name, and leaves the others. */
export function assignWeightsByName(model: Model, weights: WeightLayers, options: MismatchOptions = {}): void {
  weights.layers.forEach((saved, index) => {
    for (const layer of model.layers.filter(({ name }) => name === saved.name)) {
      if (layer.weights.length > 0 || saved.weights.length > 0) assignLayer(layer, saved, index, { ...options, origin: weights });
    }
  });
  if (weights.topLevel.length > 0) assignTopLevel(model, weights.topLevel, options);
}

function assignLayer(layer: Layer, { name, weights }: LayerWeights, index: number, { skipMismatch, origin }: AssignOptions): void {
  const variables = legacyOrder(layer);
  // A seed of a dropout layer is no weight, but old files may list one.
  const listed = weights.length > variables.length ? weights.filter((weight) => !/seed_generator/.test(weight.name)) : weights;
  const values = modernWeights(layer, listed, origin);
  if (values.length !== variables.length && skipMismatch) {
    return console.warn(
      `Skipping loading of weights for layer #${index} (named ${layer.name}) due to mismatch in number of weights. ` +
        `Layer expects ${variables.length} weight(s). Received ${values.length} saved weight(s)`,
    );
  }
  if (values.length !== variables.length) {
    throw new ValueError(
      `Weight count mismatch for layer #${index} (named ${layer.name} in the current model, ${name} in the save file). ` +
        `Layer expects ${variables.length} weight(s). Received ${values.length} saved weight(s)`,
      { code: 'load-weights' },
    );
  }
  const ordered = matchByName(variables, values) ?? values;
  ordered.forEach((weight, at) => {
    assignChecked(variables[at] as Variable, weight.value, layer, skipMismatch);
  });
  finalizeAll([layer, ...layer.flattenLayers()]);
}

/** The values in today's form; names are kept where their number is. */
function modernWeights(layer: Layer, weights: readonly NamedWeight[], origin: WeightOrigin): NamedWeight[] {
  const values = convertLegacyWeights(
    layer,
    weights.map(({ value }) => value),
    origin,
  );
  return values.map((value, index) => ({ name: weights[index]?.name ?? '', value }));
}

/**
 * Nested models list their weights in an order of their own in some versions: where the last parts of the names
 * tell the weights apart, they decide.
 */
function matchByName(variables: readonly Variable[], weights: readonly NamedWeight[]): NamedWeight[] | undefined {
  const inOrder = variables.every((variable, index) => sameShape(variable.shape, (weights[index] as NamedWeight).value.shape));
  if (inOrder) return undefined;
  const byName = new Map(weights.map((weight) => [lastParts(weight.name), weight]));
  const matched = variables.map((variable) => byName.get(lastParts(variable.path)));
  const complete = matched.filter((weight) => weight !== undefined);
  return complete.length === variables.length ? complete : undefined;
}

const finalizeAll = (layers: readonly Layer[]): void => {
  for (const layer of layers) layer.finalizeState();
};

const lastParts = (path: string): string => path.replace(/:\d+$/, '').split('/').slice(-2).join('/');

function assignTopLevel(model: Model, weights: readonly NamedWeight[], { skipMismatch }: MismatchOptions): void {
  const variables = model.ownVariables;
  if (variables.length !== weights.length && skipMismatch) {
    return console.warn(
      `Skipping loading top-level weights for model due to mismatch in number of weights. Model expects ${variables.length} top-level weight(s). ` +
        `Received ${weights.length} saved top-level weight(s)`,
    );
  }
  if (variables.length !== weights.length) {
    throw new ValueError(
      `Weight count mismatch for top-level weights when loading weights from file. Model expects ${variables.length} top-level weight(s). ` +
        `Received ${weights.length} saved top-level weight(s)`,
      { code: 'load-weights' },
    );
  }
  variables.forEach((variable, index) => {
    assignChecked(variable, (weights[index] as NamedWeight).value, model, skipMismatch);
  });
}

function assignChecked(variable: Variable, value: NDArray, layer: Layer, skipMismatch = false): void {
  if (!sameShape(variable.shape, value.shape)) {
    if (skipMismatch) {
      return console.warn(
        `Skipping loading weights for layer ${quote(layer.name)} due to mismatch in shape for weight ${variable.path}. ` +
          `Weight expects shape ${formatShape(variable.shape)}. Received saved weight with shape ${formatShape(value.shape)}`,
      );
    }
    throw new ValueError(
      `Shape mismatch in layer ${quote(layer.name)} for weight ${variable.path}. Weight expects shape ${formatShape(variable.shape)}. ` +
        `Received saved weight with shape ${formatShape(value.shape)}`,
      { code: 'load-weights' },
    );
  }
  assignValue(variable, value);
}

/** Gives the layers their weights by name, as TensorFlow.js does. */
export function assignWeightNames(model: Model, { weights }: WeightNames): void {
  const missing: string[] = [];
  const owners = [model as Layer, ...model.flattenLayers()];
  const done = new Set<Variable>();
  for (const layer of model.layers) {
    for (const variable of layer.weights) {
      if (done.has(variable)) continue;
      done.add(variable);
      const value = findByName(layer, owners, variable, weights);
      if (value) assignChecked(variable, value, layer);
      else missing.push(variable.path);
    }
  }
  finalizeAll(owners);
  if (missing.length === 0) return;
  throw new ValueError(`The file has no value for ${missing.length} of the model's weights: ${missing.slice(0, 8).join(', ')}`, {
    code: 'load-weights',
    cure: `It has: ${[...weights.keys()].slice(0, 8).join(', ')}, ...`,
  });
}

/** Looks for the variable's own path, then `layer/weight`, then the only name that begins and ends right. */
function findByName(
  layer: Layer,
  owners: readonly Layer[],
  variable: Variable,
  weights: ReadonlyMap<string, NDArray>,
): NDArray | undefined {
  const owner = owners.find((candidate) => candidate.ownVariables.includes(variable)) ?? layer;
  const exact =
    weights.get(variable.path) ?? weights.get(`${owner.name}/${variable.name}`) ?? weights.get(`${layer.name}/${variable.name}`);
  if (exact) return exact;
  const belongs = (parts: readonly string[]): boolean => parts.includes(owner.name) || parts.includes(layer.name);
  const find = (isNamed: (last: string) => boolean): NDArray | undefined => {
    const found = [...weights].filter(([name, value]) => {
      const parts = name.split('/');
      return belongs(parts) && isNamed(parts.at(-1) as string) && sameShape(value.shape, variable.shape);
    });
    return found.length === 1 ? found[0]?.[1] : undefined;
  };
  // Older versions say `depthwise_kernel` for `kernel`.
  return find((last) => last === variable.name) ?? find((last) => last.endsWith(`_${variable.name}`));
}
