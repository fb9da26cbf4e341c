// The config of a functional model: its layers, how they are called, where it begins and ends.
import { quote, ValueError } from '../../errors/index.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Layer } from '../engine/layer.ts';
import type { Node, Operation } from '../engine/node.ts';
import { OpInstance } from '../engine/operation.ts';
import { isPlainObject, mapStructure, type Nested } from '../engine/structure.ts';
import { type DeserializeOptions, deserializeKerasObject } from '../saving/deserialize.ts';
import { opModule } from '../saving/op-modules.ts';
import { type SerializedObject, serializeKerasObject, serializeObject } from '../saving/serialize.ts';
import type { FunctionalGraph } from './functional-graph.ts';
import { constructorArguments, findTensor, type HasOwnNode, NotYetCalled, readNode, writeNode } from './node-config.ts';

/** The part of the config that describes the graph, in camel case. */
export function writeGraph(graph: FunctionalGraph, hasOwnNode: HasOwnNode): Record<string, unknown> {
  const kept = (operation: Operation): Node[] => operation.inboundNodes.filter((node) => graph.hasNode(node));
  const indexOf = (tensor: KerasTensor): number => {
    const { node } = tensor.history as { node: Node };
    return kept(node.operation).indexOf(node);
  };
  const placeOf = (tensor: KerasTensor): unknown => {
    const { node, tensorIndex } = tensor.history as { node: Node; tensorIndex: number };
    return [node.operation.name, indexOf(tensor) + (hasOwnNode(node.operation) ? 1 : 0), tensorIndex];
  };
  const layers = graph.operations.map((operation) => ({
    ...writeOperation(operation),
    name: operation.name,
    inbound_nodes: kept(operation)
      .filter((node) => node.inputs.length > 0)
      .map((node) => writeNode(node, indexOf)),
  }));
  return { layers, inputLayers: mapStructure(graph.inputStructure, placeOf), outputLayers: mapStructure(graph.outputStructure, placeOf) };
}

function writeOperation(operation: Operation): SerializedObject {
  if (operation instanceof Layer) return serializeObject(operation);
  const op = operation as OpInstance;
  const config = constructorArguments(op, op.inboundNodes[0]?.args ?? []);
  return {
    module: opModule(op.className),
    class_name: op.className,
    config: { name: op.name, ...(serializeKerasObject(config) as Record<string, unknown>) },
    registered_name: op.className,
  };
}

/** Which operations have a node of their own in the configs of Keras 3, and in those of older versions. */
export interface OwnNodes {
  readonly today: HasOwnNode;
  readonly legacy: HasOwnNode;
}

export interface ReadGraph {
  readonly inputs: Nested<KerasTensor>;
  readonly outputs: Nested<KerasTensor>;
}

/** An operation with the calls that its config lists and that are still to be made. */
interface Waiting {
  readonly operation: Operation;
  readonly calls: unknown[];
}

/** Makes the layers of a config and calls them as it says. */
export function readGraph(config: Readonly<Record<string, unknown>>, options: DeserializeOptions, ownNodes: OwnNodes): ReadGraph {
  const entries = config['layers'] as readonly unknown[];
  const operations = new Map<string, Operation>();
  const waiting: Waiting[] = [];
  for (const entry of entries) {
    const { name, operation, calls } = readEntry(entry, options);
    operations.set(name, operation);
    waiting.push({ operation, calls });
  }
  const isLegacy = waiting.some(({ calls }) => calls.some(Array.isArray));
  callAll(waiting, operations, ownNodes.legacy);
  const hasOwnNode = isLegacy ? ownNodes.legacy : ownNodes.today;
  const structureOf = (key: 'inputLayers' | 'outputLayers'): Nested<KerasTensor> => readPlaces(config[key], operations, hasOwnNode, key);
  return { inputs: structureOf('inputLayers'), outputs: structureOf('outputLayers') };
}

function readEntry(entry: unknown, options: DeserializeOptions): { name: string; operation: Operation; calls: unknown[] } {
  if (!isPlainObject(entry)) throw new ValueError(`A layer in the model's config is not understood: ${quote(entry)}`, { code: 'config' });
  const operation = deserializeKerasObject(entry, options) as Operation;
  const name = typeof entry['name'] === 'string' ? entry['name'] : operation.name;
  const calls = entry['inbound_nodes'];
  return { name, operation, calls: Array.isArray(calls) ? [...(calls as unknown[])] : [] };
}

/** Makes the calls, each as soon as its tensors exist: a shared layer may be called at several depths. */
function callAll(waiting: readonly Waiting[], operations: ReadonlyMap<string, Operation>, hasOwnNode: HasOwnNode): void {
  let remaining = waiting.filter(({ calls }) => calls.length > 0);
  while (remaining.length > 0) {
    let progress = false;
    for (const { operation, calls } of remaining) {
      while (calls.length > 0 && tryCall(operation, calls[0], operations, hasOwnNode)) {
        calls.shift();
        progress = true;
      }
    }
    remaining = remaining.filter(({ calls }) => calls.length > 0);
    if (!progress && remaining.length > 0) {
      const names = remaining.map(({ operation }) => operation.name).join(', ');
      throw new ValueError(
        'Invalid Functional model configuration. The graph of the Functional model either has loops or disconnected nodes. ' +
          `The following nodes failed to be resolved: ${names}`,
        { code: 'config' },
      );
    }
  }
}

function tryCall(operation: Operation, data: unknown, operations: ReadonlyMap<string, Operation>, hasOwnNode: HasOwnNode): boolean {
  try {
    const { args, options } = readNode(data, operations, hasOwnNode);
    if (operation instanceof OpInstance) operation.invokeNamed(args, options);
    else operation.invoke(...args, ...(Object.keys(options).length > 0 ? [options] : []));
    return true;
  } catch (error) {
    if (error instanceof NotYetCalled) return false;
    throw error;
  }
}

function readPlaces(value: unknown, operations: ReadonlyMap<string, Operation>, hasOwnNode: HasOwnNode, key: string): Nested<KerasTensor> {
  if (Array.isArray(value) && typeof value[0] === 'string') {
    return findTensor(value as unknown as [string, number, number], operations, hasOwnNode);
  }
  if (Array.isArray(value)) return value.map((item) => readPlaces(item, operations, hasOwnNode, key));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readPlaces(item, operations, hasOwnNode, key)]));
  }
  throw new ValueError(`The model's config has no valid \`${key}\`: ${quote(value)}`, { code: 'config' });
}
