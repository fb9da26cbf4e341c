// Finds all that keeps a model from being built for a target, without stopping at the first.
import { compileGraph } from '../compile/compile-graph.ts';
import { quote } from '../errors/index.ts';
import { type ModelFile, readModelFile } from '../formats/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../formats/json.ts';
import type { Graph } from '../ir/graph.ts';
import type { Model } from '../keras/models/index.ts';
import { deserializeKerasObject } from '../keras/saving/index.ts';
import { modelFromFile } from '../keras/saving/model-from-file.ts';
import { prepareModel, type ShapeOptions } from './prepare-model.ts';
import { type BuildTarget, targetEntry } from './targets.ts';

export interface Problem {
  /** The layer, or the step of the work, that it concerns. */
  readonly where: string;
  readonly message: string;
}

/** An empty list: the model can be built. Throws where the file itself cannot be read. */
export async function checkModel(path: string, target: BuildTarget, options: ShapeOptions = {}): Promise<Problem[]> {
  const { packaging } = targetEntry(target);
  const file = await readModelFile(path);
  const layers = checkLayers(file);
  if (layers.length > 0) return layers;
  const problems: Problem[] = [];
  const attempt = <Result>(where: string, work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push({ where, message: messageOf(error) });
      return undefined;
    }
  };
  const model = attempt('model', (): Model => modelFromFile(file));
  const graph = model && attempt('trace', (): Graph => prepareModel(model, { ...options, allowState: packaging.hasStates }).graph);
  if (graph) for (const variant of packaging.variants()) attempt(`variant ${variant.name}`, () => compileGraph(graph, variant));
  await packaging.prepare?.().catch((error: unknown) => problems.push({ where: `target ${target}`, message: messageOf(error) }));
  return problems;
}

/** Every layer of the config on its own, so that each unknown class, activation or option is named. */
function checkLayers({ config, kerasVersion }: ModelFile): Problem[] {
  if (!config) return [];
  return layersOf(config).flatMap((layer): Problem[] => {
    if (layersOf(layer).length > 0) return checkLayers({ config: layer, kerasVersion } as ModelFile);
    if (layer['class_name'] === 'InputLayer') return [];
    try {
      deserializeKerasObject(layer, { kerasVersion });
      return [];
    } catch (error) {
      return [{ where: describeLayer(layer), message: messageOf(error) }];
    }
  });
}

/** The layers in a model's config; none where the object is a layer. */
function layersOf({ config }: JsonObject): JsonObject[] {
  const list: Json | undefined = Array.isArray(config) ? config : isJsonObject(config) ? config['layers'] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function describeLayer(layer: JsonObject): string {
  const name = isJsonObject(layer['config']) ? layer['config']['name'] : layer['name'];
  return `layer ${quote(name ?? '?')} (${quote(layer['class_name']).replaceAll('"', '')})`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
