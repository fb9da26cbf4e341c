// Canonicalization: constants are folded, equal nodes merged, dead ones dropped, and rules bring what is left into one form.
import type { Graph, Node, Value } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { PrimitiveName, PrimitiveParams } from '../../ir/primitives/params.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { foldConstant } from './fold-constant.ts';
import type { Rule, RuleContext } from './rule.ts';
import { RULES } from './rules.ts';

export interface CanonicalizeOptions {
  /** Treat parameters as constants: right for inference, where folding them into each other saves work. */
  readonly freezeParameters: boolean;
  /** Paths of parameters that change while the program lives: they stay parameters. */
  readonly states?: ReadonlySet<string> | undefined;
}

/** The same function with less work in it. */
export function canonicalize(graph: Graph, options: CanonicalizeOptions): Graph {
  const live = liveNodes(graph);
  const builder = new GraphBuilder();
  const values = new Map<Value, Value>();
  const uses = countUses(graph, live);
  const emitted = new Map<Value, number>();
  for (const input of graph.inputs) values.set(input, builder.input(input.type, input.name));
  for (const parameter of graph.parameters) {
    const { path, data, trainable } = parameter;
    const isConstant = options.freezeParameters && !options.states?.has(path);
    values.set(parameter.value, isConstant ? builder.constant(data) : builder.parameter({ path, data, trainable }));
  }

  let scope = '';
  const context: RuleContext = {
    emit: (op, params, inputs) => emit(op, params, inputs)[0] as Value,
    constant: (value: NDArray) => builder.constant(value),
    producedBy: (value, op) => builder.producedBy(value, op),
    constantOf: (value) => builder.producedBy(value, 'constant')?.params.value,
    hasOneUse: (value) => (emitted.get(value) ?? 1) <= 1,
  };
  const emit = <P extends PrimitiveName>(op: P, params: PrimitiveParams[P], inputs: readonly Value[]): readonly Value[] => {
    const folded = foldConstant(op, params, inputs, builder);
    if (folded) return folded;
    for (const rule of (RULES[op] ?? []) as readonly Rule<P>[]) {
      const replacement = rule({ params, inputs } as never, context);
      if (replacement) return [replacement];
    }
    return builder.add(op, params, inputs, scope);
  };

  for (const node of live) {
    scope = node.scope;
    const inputs = node.inputs.map((input) => values.get(input) as Value);
    const outputs =
      node.op === 'custom_gradient'
        ? // Differentiation has happened by now, or never will.
          inputs.slice(node.params.operands)
        : emit(node.op, canonicalParams(node) as PrimitiveParams[typeof node.op], inputs);
    node.outputs.forEach((output, index) => {
      const result = outputs[index] as Value;
      values.set(output, result);
      emitted.set(result, (emitted.get(result) ?? 0) + (uses.get(output) ?? 0));
    });
  }
  const next = builder.finish(
    graph.name,
    graph.outputs.map((output) => values.get(output) as Value),
    graph.updates.map(({ path, value }) => ({ path, value: values.get(value) as Value })),
  );
  return { ...next, nodes: liveNodes(next) };
}

/** The parameters of a node, with the graphs in them canonical. */
function canonicalParams(node: Node): Node['params'] {
  const canonical = (graph: Graph): Graph => canonicalize(graph, { freezeParameters: false });
  switch (node.op) {
    case 'cond':
      return { branches: node.params.branches.map(canonical) };
    case 'while':
      return { ...node.params, condition: canonical(node.params.condition), body: canonical(node.params.body) };
    case 'scan':
      return { ...node.params, body: canonical(node.params.body) };
    default:
      return node.params;
  }
}

/** Nodes that some output or update depends on, in order. */
function liveNodes(graph: Graph): readonly Node[] {
  const live = new Set<Value>([...graph.outputs, ...graph.updates.map((update) => update.value)]);
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => live.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) live.add(input);
  }
  return kept.reverse();
}

function countUses(graph: Graph, nodes: readonly Node[]): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value): void => {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const node of nodes) node.inputs.forEach(count);
  graph.outputs.forEach(count);
  for (const update of graph.updates) count(update.value);
  return uses;
}
