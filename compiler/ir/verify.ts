// Checks that a graph is well formed: every value defined once and before its use, every type what the rules say.
import { assert, quote, ValueError } from '../errors/index.ts';
import { describeNode } from './describe-node.ts';
import { formatType } from './format-type.ts';
import type { Graph, Node, TensorType, Value } from './graph.ts';
import { nestedGraphs } from './nested-graphs.ts';
import { PRIMITIVES } from './primitives/index.ts';
import type { PrimitiveName } from './primitives/params.ts';
import type { Primitive } from './primitives/primitive.ts';
import { sameType } from './primitives/type-rules.ts';
import { elementCount } from './shape.ts';

/**
 * Throws if the graph is not well formed, which only a mistake of the compiler can cause.
 *
 * @param after the pass that made the graph, for the message
 */
export function verifyGraph(graph: Graph, after = 'tracing'): void {
  const where = `after ${after}, graph ${quote(graph.name)}`;
  const defined = new Set<Value>();
  const ids = new Set<number>();
  const define = (value: Value, what: string): void => {
    assert(!defined.has(value) && !ids.has(value.id), `${where}: %${value.id} is defined a second time by ${what}`);
    defined.add(value);
    ids.add(value.id);
  };
  for (const value of graph.inputs) define(value, 'the inputs');
  for (const { value, path } of graph.parameters) define(value, `parameter ${quote(path)}`);
  for (const node of graph.nodes) {
    for (const value of node.inputs) {
      assert(defined.has(value), `${where}: ${describeNode(node)} reads ${value ? `%${value.id}` : 'nothing'} before it is defined`);
    }
    verifyNode(node, where, after);
    for (const value of node.outputs) define(value, describeNode(node));
  }
  for (const value of graph.outputs) assert(defined.has(value), `${where}: the output %${value?.id} is not defined`);
  verifyState(graph, where, defined);
}

function verifyNode(node: Node, where: string, after: string): void {
  const primitive = PRIMITIVES[node.op] as unknown as Primitive<PrimitiveName> | undefined;
  assert(primitive, `${where}: ${describeNode(node)} is no known operation`);
  for (const nested of nestedGraphs(node)) verifyGraph(nested, after);
  const types = inferTypes(primitive, node, where);
  const agrees =
    types.length === node.outputs.length && types.every((type, index) => sameType(type, node.outputs[index]?.type as TensorType));
  assert(agrees, `${where}: ${describeNode(node)} has other types than its rule gives: ${types.map(formatType).join(', ')}`);
}

function inferTypes(primitive: Primitive<PrimitiveName>, node: Node, where: string): readonly TensorType[] {
  try {
    return primitive.infer(
      node.inputs.map((value) => value.type),
      node.params,
    );
  } catch (error) {
    const reason = error instanceof ValueError ? error.message : `its rule fails (${String(error)})`;
    throw new Error(`kerasc bug: ${where}: ${describeNode(node)}: ${reason}; please report it with the command that shows it`, {
      cause: error,
    });
  }
}

function verifyState(graph: Graph, where: string, defined: ReadonlySet<Value>): void {
  const types = new Map<string, TensorType>();
  for (const { path, value, data } of graph.parameters) {
    assert(!types.has(path), `${where}: two parameters have the path ${quote(path)}`);
    types.set(path, value.type);
    assert(sameType(value.type, data), `${where}: parameter ${quote(path)} of type ${formatType(value.type)} holds ${formatType(data)}`);
    assert(data.data.length === elementCount(data.shape), `${where}: parameter ${quote(path)} holds ${data.data.length} elements`);
  }
  const updated = new Set<string>();
  for (const { path, value } of graph.updates) {
    assert(defined.has(value), `${where}: the update of ${quote(path)} is not defined`);
    assert(!updated.has(path), `${where}: ${quote(path)} is updated twice`);
    updated.add(path);
    const type = types.get(path);
    assert(!type || sameType(type, value.type), `${where}: the update of ${quote(path)} has type ${formatType(value.type)}`);
  }
}
