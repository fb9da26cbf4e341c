// Control flow: the bodies of cond, while and scan become steps of their own that read and write carried buffers.
import { addIndex, axisIndex, constantIndex, multiplyIndex, valueIndex } from '../../../../codegen/stage/index-arithmetic.ts';
import type { ProgramStep, StageExpr } from '../../../../codegen/stage/stage.ts';
import type { Graph, Node, NodeOf, TensorType, Value } from '../../../ir/graph.ts';
import type { GraphLowering } from '../lower.ts';
import { stageName } from '../lower.ts';

export function lowerControl(node: Node, lowering: GraphLowering): void {
  switch (node.op) {
    case 'cond':
      return lowerCond(node, lowering);
    case 'while':
      return lowerWhile(node, lowering);
    case 'scan':
      return lowerScan(node, lowering);
    default:
      throw new Error(`kerasc bug: ${node.op} is not control flow`);
  }
}

/** Steps of a nested graph whose inputs are the given buffers and whose outputs go to the given buffers. */
function body(graph: Graph, inputs: readonly number[], outputs: readonly number[], outer: GraphLowering): ProgramStep[] {
  const inner = outer.lowering.enter(graph);
  graph.inputs.forEach((input, index) => {
    inner.bind(input, inputs[index] as number);
  });
  graph.outputs.forEach((output, index) => {
    inner.claim(output, outputs[index] as number);
  });
  inner.run();
  return inner.steps;
}

const buffersOf = (values: readonly Value[], lowering: GraphLowering): number[] => values.map((value) => lowering.bufferOf(value));

const scratch = (types: readonly TensorType[], name: string, { lowering }: GraphLowering): number[] =>
  types.map((type) => lowering.newBuffer('scratch', name, type));

/** A stage that copies one whole buffer to another of the same shape. */
export function copyStep(from: number, to: number, name: string, lowering: GraphLowering): ProgramStep {
  const { shape, type } = lowering.buffer(to);
  const axes = shape.map((extent, dim) => lowering.newAxis(`i${dim}_`, extent));
  const indices = axes.map(axisIndex);
  return {
    kind: 'stage',
    stage: { kind: 'compute', name, output: to, axes, store: indices, body: { kind: 'load', type, buffer: from, indices } },
  };
}

const copySteps = (from: readonly number[], to: readonly number[], name: string, lowering: GraphLowering): ProgramStep[] =>
  from.map((buffer, index) => copyStep(buffer, to[index] as number, name, lowering));

function lowerCond(node: NodeOf<'cond'>, lowering: GraphLowering): void {
  const [index, ...operands] = node.inputs as [Value, ...Value[]];
  const { branches } = node.params;
  const name = stageName(node);
  const clamped = scratch([{ dtype: 'int32', shape: [] }], `${name}_index`, lowering)[0] as number;
  const chosen: StageExpr = {
    kind: 'position',
    type: 'i32',
    index: { kind: 'clamp', value: valueIndex(lowering.at(index, [])), extent: branches.length },
  };
  lowering.emit({ kind: 'compute', name, output: clamped, axes: [], store: [], body: chosen }, []);
  const inputs = buffersOf(operands, lowering);
  const outputs = buffersOf(node.outputs, lowering);
  lowering.steps.push({ kind: 'branch', index: clamped, branches: branches.map((branch) => body(branch, inputs, outputs, lowering)) });
}

function lowerWhile(node: NodeOf<'while'>, lowering: GraphLowering): void {
  const name = stageName(node);
  const carry = buffersOf(node.outputs, lowering);
  const next = scratch(
    node.outputs.map((output) => output.type),
    `${name}_next`,
    lowering,
  );
  const condition = scratch([{ dtype: 'bool', shape: [] }], `${name}_condition`, lowering)[0] as number;
  lowering.steps.push(...copySteps(buffersOf(node.inputs, lowering), carry, name, lowering));
  const test = body(node.params.condition, carry, [condition], lowering);
  const steps = [...body(node.params.body, carry, next, lowering), ...copySteps(next, carry, name, lowering)];
  lowering.steps.push({ kind: 'while', test, condition, body: steps });
}

function lowerScan(node: NodeOf<'scan'>, lowering: GraphLowering): void {
  const { body: graph, length, reverse, constants, carries } = node.params;
  const name = stageName(node);
  const inputs = buffersOf(node.inputs, lowering);
  const outputs = buffersOf(node.outputs, lowering);
  const carry = outputs.slice(0, carries);
  const stackedIn = inputs.slice(constants + carries);
  const stackedOut = outputs.slice(carries);
  const slices = scratch(
    graph.inputs.slice(constants + carries).map((value) => value.type),
    `${name}_x`,
    lowering,
  );
  const results = scratch(
    graph.outputs.map((value) => value.type),
    `${name}_next`,
    lowering,
  );
  const counter = scratch([{ dtype: 'int32', shape: [] }], `${name}_step`, lowering)[0] as number;
  const count = valueIndex({ kind: 'load', type: 'i32', buffer: counter, indices: [] });
  const position = reverse ? addIndex(constantIndex(length - 1), multiplyIndex(count, -1)) : count;
  const row = (stacked: number, part: number, into: boolean): ProgramStep => {
    const { shape, type } = lowering.buffer(part);
    const axes = shape.map((extent, dim) => lowering.newAxis(`i${dim}_`, extent));
    const inside = axes.map(axisIndex);
    const whole = [{ kind: 'clamp', value: position, extent: length } as const, ...inside];
    return {
      kind: 'stage',
      stage: into
        ? { kind: 'compute', name, output: stacked, axes, store: whole, body: { kind: 'load', type, buffer: part, indices: inside } }
        : { kind: 'compute', name, output: part, axes, store: inside, body: { kind: 'load', type, buffer: stacked, indices: whole } },
    };
  };
  lowering.steps.push(...copySteps(inputs.slice(constants, constants + carries), carry, name, lowering));
  const steps = [
    ...slices.map((slice, index) => row(stackedIn[index] as number, slice, false)),
    ...body(graph, [...inputs.slice(0, constants), ...carry, ...slices], results, lowering),
    ...copySteps(results.slice(0, carries), carry, name, lowering),
    ...results.slice(carries).map((result, index) => row(stackedOut[index] as number, result, true)),
  ];
  lowering.steps.push({ kind: 'repeat', count: length, counter, body: steps });
}
