// What the rules of control flow use: graphs as functions of tensors, traces within traces, and other applications in an old one's place.
import type { Graph, Value } from '../ir/graph.ts';
import type { NestedGraphs } from '../ir/primitives/gradient.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import type { PrimitiveName, PrimitiveParams } from '../ir/primitives/params.ts';
import type { Primitive } from '../ir/primitives/primitive.ts';
import { atScope } from '../trace/context.ts';
import { type Application, apply, Tensor } from '../trace/tensor.ts';
import { traceClosure } from '../trace/trace.ts';

/** The tools for the rule of one application; `pullBack` is that of this folder, which uses this file. */
export function nestedGraphs(application: Application, pullBack: NestedGraphs<Tensor>['pullBack']): NestedGraphs<Tensor> {
  return {
    instantiate,
    trace: (name, inputs, body) => traceClosure(name, inputs, (...tensors) => body(tensors)),
    pullBack,
    replace: (op, params, inputs) => replaceApplication(application, op, params, inputs),
  };
}

/** Applies the nodes of a graph without parameters to tensors. */
export function instantiate(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const tensors = new Map<Value, Tensor>(graph.inputs.map((value, index) => [value, inputs[index] as Tensor]));
  const tensorOf = (value: Value): Tensor => tensors.get(value) as Tensor;
  for (const node of graph.nodes) {
    const results = atScope(node.scope, () => apply<PrimitiveName>(node.op, node.params, ...node.inputs.map(tensorOf)));
    node.outputs.forEach((value, index) => {
      tensors.set(value, results[index] as Tensor);
    });
  }
  return graph.outputs.map(tensorOf);
}

/** The first results of the new application stand for those of the old one, wherever these are used; the others come back. */
function replaceApplication<P extends PrimitiveName>(
  former: Application,
  op: P,
  params: PrimitiveParams[P],
  inputs: readonly Tensor[],
): Tensor[] {
  const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
  const types = primitive.infer(inputs, params);
  const { scope, level } = former;
  const application = { op, params, inputs, types, scope, level, results: [] as Tensor[] } as unknown as Application;
  types.forEach((type, index) => {
    const source = { kind: 'result', application, index } as const;
    const old = former.results[index];
    if (old?.source.kind === 'result') old.source = source;
    application.results.push(old ?? new Tensor(type, source));
  });
  return application.results.slice(former.results.length);
}
