// Stride propagation: where every reader of a tensor skips rows and columns (a strided 1x1 convolution), only those that are
// read get computed. In ResNets the stride of a stage moves back through the residual into the 3x3 convolutions before it.
import type { Graph, Node, NodeOf, Value } from '../ir/graph.ts';
import type { PrimitiveName, PrimitiveParams } from '../ir/primitives/params.ts';
import { GraphBuilder } from './graph-builder.ts';
import { classOf } from './lower/plan-fusion.ts';

/** Steps along each dim of a value at which it is read; all ones where everything is. */
type Steps = readonly number[];

const product = (steps: Steps): number => steps.reduce((all, step) => all * step, 1);
const ones = (value: Value): Steps => value.type.shape.map(() => 1);

/** The same graph with tensors thinned out to the elements that are read. */
export function propagateStrides(graph: Graph): Graph {
  const wanted = findSteps(graph);
  if ([...wanted.values()].every((steps) => product(steps) === 1)) return graph;
  return new Thinning(graph, wanted).run();
}

/** For each value the steps at which its readers, taken together, read it; only where its own operation can leave elements out. */
function findSteps(graph: Graph): ReadonlyMap<Value, Steps> {
  const wanted = new Map<Value, Steps>();
  const kept = new Set<Value>([...graph.outputs, ...graph.updates.map(({ value }) => value)]);
  const readBy = new Map<Value, Steps>();
  for (const node of [...graph.nodes].reverse()) {
    const [output] = node.outputs as readonly [Value];
    const steps = !kept.has(output) && canThin(node) ? thinnable(node, readBy.get(output) ?? ones(output)) : ones(output);
    wanted.set(output, steps);
    node.inputs.forEach((input, operand) => {
      const read = readSteps(node, operand, steps);
      const others = readBy.get(input);
      readBy.set(input, others ? others.map((step, dim) => (step === read[dim] ? step : 1)) : read);
    });
  }
  return wanted;
}

/** Operations whose results can be computed at some places only. */
function canThin(node: Node): boolean {
  if (node.op === 'convolution') return node.params.inputDilation.every((dilation) => dilation === 1) && node.params.batchGroups === 1;
  return node.op === 'broadcast' || classOf(node.op) === 'elementwise';
}

/** A convolution leaves out rows and columns, not samples or channels. */
function thinnable(node: Node, steps: Steps): Steps {
  if (node.op !== 'convolution') return steps;
  return steps.map((step, dim) => (dim === 0 || dim === steps.length - 1 ? 1 : step));
}

/** The steps at which a node whose result is wanted at `steps` reads an operand. */
function readSteps(node: Node, operand: number, steps: Steps): Steps {
  const input = node.inputs[operand] as Value;
  if (classOf(node.op) === 'elementwise') return input.type.shape.length === steps.length ? steps : ones(input);
  if (node.op === 'convolution' && operand === 0) return convolutionSteps(node, steps);
  if (node.op === 'slice' && node.params.start.every((start) => start === 0)) return node.params.strides;
  return ones(input);
}

/** Along dims where the kernel has one tap and nothing is padded, a strided convolution reads every so many elements. */
function convolutionSteps(node: NodeOf<'convolution'>, steps: Steps): Steps {
  const kernel = (node.inputs[1] as Value).type.shape;
  const { strides, padding, inputDilation } = node.params;
  const spatial = strides.map((stride, dim) => {
    const [before] = padding[dim] as readonly [number, number];
    return kernel[dim] === 1 && before === 0 && inputDilation[dim] === 1 ? stride * (steps[dim + 1] as number) : 1;
  });
  return [1, ...spatial, 1];
}

class Thinning {
  readonly #graph: Graph;
  readonly #wanted: ReadonlyMap<Value, Steps>;
  readonly #builder = new GraphBuilder();
  readonly #values = new Map<Value, Value>();

  constructor(graph: Graph, wanted: ReadonlyMap<Value, Steps>) {
    this.#graph = graph;
    this.#wanted = wanted;
  }

  run(): Graph {
    for (const input of this.#graph.inputs) this.#values.set(input, this.#builder.input(input.type, input.name));
    for (const { value, path, data, trainable } of this.#graph.parameters)
      this.#values.set(value, this.#builder.parameter({ path, data, trainable }));
    for (const node of this.#graph.nodes) this.#rebuild(node);
    const full = (value: Value): Value => this.#at(value, ones(value), '');
    return this.#builder.finish(
      this.#graph.name,
      this.#graph.outputs.map(full),
      this.#graph.updates.map(({ path, value }) => ({ path, value: full(value) })),
    );
  }

  #stepsOf(value: Value): Steps {
    return this.#wanted.get(value) ?? ones(value);
  }

  /** The new value for `value` at `steps`, which its own divide. */
  #at(value: Value, steps: Steps, scope: string): Value {
    const current = this.#values.get(value) as Value;
    const strides = steps.map((step, dim) => step / (this.#stepsOf(value)[dim] as number));
    if (product(strides) === 1) return current;
    const { shape } = current.type;
    return this.#builder.add('slice', { start: shape.map(() => 0), limit: shape, strides }, [current], scope)[0] as Value;
  }

  #rebuild(node: Node): void {
    const [output] = node.outputs as readonly [Value];
    const steps = this.#stepsOf(output);
    if (node.op === 'convolution') return this.#set(node, [this.#convolution(node, steps)]);
    if (node.op === 'slice' && product(this.#stepsOf(node.inputs[0] as Value)) > 1) return this.#set(node, [this.#slice(node)]);
    if (node.op === 'broadcast' && product(steps) > 1) return this.#set(node, [this.#broadcast(node, steps)]);
    const inputs = node.inputs.map((input) =>
      this.#at(input, classOf(node.op) === 'elementwise' && input.type.shape.length === steps.length ? steps : ones(input), node.scope),
    );
    this.#set(node, this.#builder.add(node.op, node.params as PrimitiveParams[PrimitiveName], inputs, node.scope));
  }

  #set(node: Node, outputs: readonly Value[]): void {
    node.outputs.forEach((output, index) => {
      const value = outputs[index] as Value;
      this.#values.set(output, output.name === undefined ? value : Object.assign(value, { name: output.name }));
    });
  }

  /** The convolution steps over what its result leaves out, and not over what its operand left out already. */
  #convolution(node: NodeOf<'convolution'>, steps: Steps): Value {
    const [input, kernel] = node.inputs as [Value, Value];
    const data = this.#values.get(input) as Value;
    const kernelShape = kernel.type.shape;
    const thinned = this.#stepsOf(input);
    const { strides, padding, kernelDilation } = node.params;
    const nextStrides = strides.map((stride, dim) => (stride * (steps[dim + 1] as number)) / (thinned[dim + 1] as number));
    const nextPadding = padding.map(([before, after], dim): readonly [number, number] => {
      if (steps[dim + 1] === 1 && thinned[dim + 1] === 1) return [before, after];
      const size = Math.ceil(((node.outputs[0] as Value).type.shape[dim + 1] as number) / (steps[dim + 1] as number));
      const reach = (size - 1) * (nextStrides[dim] as number) + ((kernelShape[dim] as number) - 1) * (kernelDilation[dim] as number) + 1;
      return [before, reach - before - (data.type.shape[dim + 1] as number)];
    });
    const weights = this.#at(kernel, ones(kernel), node.scope);
    return this.#builder.add(
      'convolution',
      { ...node.params, strides: nextStrides, padding: nextPadding },
      [data, weights],
      node.scope,
    )[0] as Value;
  }

  /** A slice from the start, of an operand that has left out elements that the slice skips. */
  #slice(node: NodeOf<'slice'>): Value {
    const [input] = node.inputs as [Value];
    const thinned = this.#stepsOf(input);
    const by = (amounts: readonly number[]): number[] => amounts.map((amount, dim) => Math.ceil(amount / (thinned[dim] as number)));
    const { start, limit, strides } = node.params;
    return this.#builder.add(
      'slice',
      { start, limit: by(limit), strides: by(strides) },
      [this.#values.get(input) as Value],
      node.scope,
    )[0] as Value;
  }

  #broadcast(node: NodeOf<'broadcast'>, steps: Steps): Value {
    const [source] = node.inputs as [Value];
    const sourceSteps = node.params.axes.map((axis, dim) => (source.type.shape[dim] === 1 ? 1 : (steps[axis] as number)));
    const shape = node.params.shape.map((extent, dim) => Math.ceil(extent / (steps[dim] as number)));
    const operand = this.#values.get(source) as Value;
    const thin = sourceSteps.map((step, dim) => step / (this.#stepsOf(source)[dim] as number));
    const sliced = product(thin) === 1 ? operand : this.#at(source, sourceSteps, node.scope);
    return this.#builder.add('broadcast', { shape, axes: node.params.axes }, [sliced], node.scope)[0] as Value;
  }
}
