// Cuts the graph out of a web of tensors: everything between given leaves and the outputs, in dependency order.
import type { Graph, Node, Parameter, Update, Value } from '../ir/graph.ts';
import { type Application, Tensor } from './tensor.ts';
import type { Variable } from './variable.ts';

export interface Extraction {
  readonly graph: Graph;
  /** Tensors from outside that the graph reads, in the order of the inputs that stand for them (after the given ones). */
  readonly captured: readonly Tensor[];
  /** The variables that the graph reads or updates. */
  readonly variables: ReadonlySet<Variable>;
}

export interface ExtractOptions {
  readonly name: string;
  readonly inputs: readonly { readonly tensor: Tensor; readonly name: string }[];
  readonly outputs: readonly Tensor[];
  readonly updates?: ReadonlyMap<Variable, Tensor>;
  /** Hears of each variable before its path is used, which it may change: paths must tell the variables of a program apart. */
  readonly onVariable?: ((variable: Variable) => void) | undefined;
  /** Set for nested graphs: applications below this level belong to an outer trace; they and variables are captured. */
  readonly level?: number;
}

/** The graph that computes `outputs` (and `updates`) from `inputs`, variables and captured tensors. */
export function extract(options: ExtractOptions): Extraction {
  const values = new Map<Tensor, Value>();
  const variables = new Map<Variable, Value>();
  const nodes: Node[] = [];
  const parameters: Parameter[] = [];
  const captured: Tensor[] = [];
  const capturedValues: Value[] = [];
  let nextId = 0;
  const newValue = (tensor: { shape: readonly number[]; dtype: Tensor['dtype'] }, name?: string): Value => ({
    id: nextId++,
    type: { dtype: tensor.dtype, shape: tensor.shape },
    ...(name === undefined ? {} : { name }),
  });
  const inputs = options.inputs.map(({ tensor, name }) => {
    const value = newValue(tensor, name);
    values.set(tensor, value);
    return value;
  });

  const addLeaf = (tensor: Tensor): void => {
    const { source } = tensor;
    const variable = source.kind === 'variable' ? source.variable : undefined;
    // Each read of a variable is a tensor of its own; all stand for one value.
    const value = (variable && variables.get(variable)) ?? newValue(tensor);
    values.set(tensor, value);
    if (variable && variables.has(variable)) return;
    if (variable) {
      options.onVariable?.(variable);
      variables.set(variable, value);
    }
    if (variable && options.level === undefined) {
      parameters.push({ value, path: variable.path, data: variable.value, trainable: variable.trainable });
    } else {
      captured.push(tensor);
      capturedValues.push(value);
    }
  };
  const addNode = (application: Application): void => {
    const outputs = application.types.map((type) => newValue(type));
    application.results.forEach((result, index) => {
      values.set(result, outputs[index] as Value);
    });
    nodes.push({
      op: application.op,
      params: application.params,
      inputs: application.inputs.map((input) => values.get(input) as Value),
      outputs,
      scope: application.scope,
    } as Node);
  };

  // Depth first with a stack of our own: a training loop can make chains longer than the call stack.
  const visit = (root: Tensor): void => {
    const stack = [root];
    while (stack.length > 0) {
      const tensor = stack[stack.length - 1] as Tensor;
      if (values.has(tensor)) {
        stack.pop();
        continue;
      }
      const { source } = tensor;
      if (source.kind !== 'result' || source.application.level < (options.level ?? 0)) {
        addLeaf(tensor);
        stack.pop();
        continue;
      }
      const waiting = source.application.inputs.filter((input) => !values.has(input));
      if (waiting.length > 0) stack.push(...waiting.reverse());
      else {
        addNode(source.application);
        stack.pop();
      }
    }
  };

  const valueOf = (tensor: Tensor): Value => {
    visit(tensor);
    return values.get(tensor) as Value;
  };
  const outputs = options.outputs.map(valueOf);
  const updates: Update[] = [...(options.updates ?? [])].map(([variable, tensor]) => {
    const value = valueOf(tensor);
    if (!variables.has(variable)) options.onVariable?.(variable);
    return { path: variable.path, value };
  });
  // What is assigned and never read is a parameter all the same: a program keeps a place for it.
  for (const variable of options.updates?.keys() ?? [])
    if (!variables.has(variable)) addLeaf(new Tensor(variable, { kind: 'variable', variable }));
  const graph: Graph = { name: options.name, inputs: [...inputs, ...capturedValues], parameters, nodes, outputs, updates };
  return { graph, captured, variables: new Set([...variables.keys(), ...(options.updates?.keys() ?? [])]) };
}
