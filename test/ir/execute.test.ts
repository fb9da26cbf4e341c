import { describe, expect, it } from 'vitest';
import { graphCost, nodeCost } from '../../compiler/ir/cost.ts';
import { executeReference, executeReferenceWithUpdates } from '../../compiler/ir/execute.ts';
import type { Node } from '../../compiler/ir/graph.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { elements, f32, i32 } from './evaluate-primitive.ts';

const GRAPH = parseGraph(`graph "layer" {
  input %0 "x": f32[2]
  parameter %1: f32[2] = trainable "scale" <float32 [2] 2 3>
  %2: f32[2] = multiply(%0, %1) @ "scaling"
  %3: f32[2] = add(%2, %0) @ "residual"
  output %3
  output %0
  update "scale" = %2
}`);

describe('executeReference', () => {
  it('gives outputs and updates', () => {
    const { outputs, updates } = executeReferenceWithUpdates(GRAPH, [f32([2], [10, 20])]);
    expect(outputs.map(elements)).toEqual([
      [30, 80],
      [10, 20],
    ]);
    expect([...updates].map(([path, value]) => [path, elements(value)])).toEqual([['scale', [20, 60]]]);
  });

  it('shows every node its values in order, and takes other values for parameters', () => {
    const seen: [string, unknown][] = [];
    const observe = (node: Node, outputs: readonly ReturnType<typeof f32>[]): void => {
      seen.push([node.scope, outputs.map(elements)]);
    };
    executeReference(GRAPH, [f32([2], [1, 1])], { observe, parameters: new Map([['scale', f32([2], [5, 6])]]) });
    expect(seen).toEqual([
      ['scaling', [[5, 6]]],
      ['residual', [[6, 7]]],
    ]);
  });

  it('names the input that is missing or of another type', () => {
    expect(() => executeReference(GRAPH, [])).toThrow('The graph takes 1 inputs. Received: 0');
    expect(() => executeReference(GRAPH, [i32([2], [1, 2])])).toThrow('x: expected f32[2]. Received: i32[2]\n  in layer');
  });

  it('runs cond with a clamped index, while and scan in both directions', () => {
    const branch = (value: number) =>
      `graph "b" { input %0: f32[] %1: f32[] = constant() {value=<float32 [] ${value}>} %2: f32[] = add(%0, %1) output %2 }`;
    const cond = parseGraph(
      `graph "c" { input %0: i32[] input %1: f32[] %2: f32[] = cond(%0, %1) {branches=[${branch(10)}, ${branch(20)}]} output %2 }`,
    );
    expect([-5, 0, 1, 9].map((index) => elements(executeReference(cond, [i32([], [index]), f32([], [1])])[0] as never)[0])).toEqual([
      11, 11, 21, 21,
    ]);

    const scan = (reverse: boolean) =>
      parseGraph(`graph "s" {
        input %0: f32[]  input %1: f32[]  input %2: f32[3]
        %3: f32[], %4: f32[3] = scan(%0, %1, %2) {body=graph "step" {
          input %0: f32[]  input %1: f32[]  input %2: f32[]
          %3: f32[] = multiply(%1, %0)  %4: f32[] = add(%3, %2)
          output %4  output %1
        }, length=3, reverse=${reverse}, constants=1, carries=1}
        output %3  output %4
      }`);
    const inputs = [f32([], [10]), f32([], [0]), f32([3], [1, 2, 3])];
    expect(executeReference(scan(false), inputs).map(elements)).toEqual([[123], [0, 1, 12]]);
    expect(executeReference(scan(true), inputs).map(elements)).toEqual([[321], [32, 3, 0]]);

    const loop = parseGraph(`graph "w" {
      input %0: i32[]  input %1: i32[]
      %2: i32[], %3: i32[] = while(%0, %1) {
        condition=graph "test" { input %0: i32[] input %1: i32[] %2: bool[] = compare(%0, %1) {direction=less} output %2 },
        body=graph "body" { input %0: i32[] input %1: i32[] %2: i32[] = add(%0, %0) output %2 output %1 }}
      output %2
    }`);
    expect([100, 0].map((limit) => elements(executeReference(loop, [i32([], [3]), i32([], [limit])])[0] as never))).toEqual([[192], [3]]);
  });

  it('refuses bodies whose types do not fit or that own variables', () => {
    const cond = (branch: string) =>
      parseGraph(`graph "c" { input %0: i32[] input %1: f32[] %2: f32[] = cond(%0, %1) {branches=[graph "b" { ${branch} }]} output %2 }`);
    expect(() => cond('input %0: f32[2] output %0')).toThrow(/inputs of .*"b.*: expected \(f32\[\]\), found \(f32\[2\]\)/);
    expect(() => cond('input %0: f32[] parameter %1: f32[] = frozen "v" <float32 [] 1> output %1')).toThrow('reads or assigns variables');
  });
});

describe('costs', () => {
  it('count two operations per multiply-add and every operand and result once', () => {
    const graph = parseGraph(`graph "conv" {
      input %0: f32[1,8,8,3]  input %1: f32[3,3,3,16]
      %2: f32[1,8,8,16] = convolution(%0, %1) {strides=[1,1], padding=[[1,1],[1,1]], inputDilation=[1,1], kernelDilation=[1,1], featureGroups=1, batchGroups=1}
      %3: f32[1,8,8,16] = add(%2, %2)
      output %3
    }`);
    const convolution = { flops: 2 * 64 * 16 * 27, bytes: 4 * (192 + 432 + 1024) };
    expect(nodeCost(graph.nodes[0] as Node)).toEqual(convolution);
    expect(graphCost(graph)).toEqual({ flops: convolution.flops + 1024, bytes: convolution.bytes + 3 * 4096 });
  });

  it('multiply the body of a scan by its length', () => {
    const graph = parseGraph(`graph "s" { input %0: f32[2] input %1: f32[5,2]
      %2: f32[2] = scan(%0, %1) {body=graph "b" { input %0: f32[2] input %1: f32[2] %2: f32[2] = add(%0, %1) output %2 }, length=5, reverse=false, constants=0, carries=1}
      output %2 }`);
    expect(graphCost(graph)).toEqual({ flops: 10, bytes: 5 * 24 });
  });
});
