import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, Node, Value } from '../../compiler/ir/graph.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import { f32 } from './evaluate-primitive.ts';
import { randomGraph } from './random-graph.ts';

const GRAPH = parseGraph(`graph "g" {
  input %0: f32[2]
  parameter %1: f32[2] = trainable "scale" <float32 [2] 2 3>
  %2: f32[2] = multiply(%0, %1) @ "block/scaling"
  %3: f32[2] = exp(%2)
  output %3
  update "scale" = %2
}`);
const [multiply, exp] = GRAPH.nodes as [Node, Node];
const [scale] = GRAPH.parameters as [Graph['parameters'][number]];
const refuses = (changes: Partial<Graph>, message: string | RegExp): void =>
  expect(() => verifyGraph({ ...GRAPH, ...changes }, 'fusion')).toThrow(message);
const withNode = (index: number, changes: Partial<Node>): Partial<Graph> => ({
  nodes: GRAPH.nodes.with(index, { ...GRAPH.nodes[index], ...changes } as Node),
});

describe('verifyGraph', () => {
  it('accepts what tracing makes', () => {
    fc.assert(
      fc.property(randomGraph(), ({ graph }) => verifyGraph(graph)),
      { numRuns: 50 },
    );
  });

  it('refuses values that are used before they are defined, naming pass, graph and node', () => {
    refuses(
      { nodes: [exp, multiply] },
      'kerasc bug: after fusion, graph "g": %3: f32[2] = exp(%2: f32[2]) reads %2 before it is defined; please report',
    );
    refuses({ nodes: [multiply] }, 'the output %3 is not defined');
    refuses({ nodes: [], outputs: [], updates: GRAPH.updates }, 'the update of "scale" is not defined');
    const foreign: Value = { ...(GRAPH.inputs[0] as Value) };
    refuses(withNode(1, { inputs: [foreign] }), 'reads %0 before it is defined');
  });

  it('refuses values and ids that are defined twice', () => {
    refuses({ nodes: [multiply, exp, exp] }, '%3 is defined a second time by %3: f32[2] = exp');
    refuses(withNode(1, { outputs: [{ id: 2, type: exp.outputs[0]?.type as Value['type'] }] }), '%2 is defined a second time');
    refuses({ inputs: [...GRAPH.inputs, ...GRAPH.inputs] }, '%0 is defined a second time by the inputs');
  });

  it('refuses types that the rule does not give', () => {
    const wrong: Value = { id: 2, type: { dtype: 'float32', shape: [3] } };
    refuses(withNode(0, { outputs: [wrong] }), /multiply\(.*in "block\/scaling" has other types than its rule gives: f32\[2\]/);
    refuses(withNode(0, { inputs: [GRAPH.inputs[0] as Value] }), 'expected 2 operands, received 1');
    refuses(withNode(1, { op: 'explode' as 'exp' }), 'is no known operation');
    refuses(withNode(1, { op: 'reduce' } as Partial<Node>), 'its rule fails');
  });

  it('refuses parameters and updates that contradict each other', () => {
    refuses({ parameters: [scale, { ...scale, value: { id: 9, type: scale.value.type } }] }, 'two parameters have the path "scale"');
    refuses({ parameters: [{ ...scale, data: f32([3], [1, 2, 3]) }] }, 'of type f32[2] holds f32[3]');
    refuses({ parameters: [{ ...scale, data: { ...scale.data, data: new Float32Array(5) } }] }, 'holds 5 elements');
    refuses({ updates: [...GRAPH.updates, ...GRAPH.updates] }, '"scale" is updated twice');
  });

  it('looks into nested graphs', () => {
    const graph = parseGraph(
      'graph "outer" { input %0: i32[] input %1: f32[] %2: f32[] = cond(%0, %1) {branches=[graph "inner" { input %0: f32[] %1: f32[] = exp(%0) output %1 }]} output %2 }',
    );
    const [node] = graph.nodes as [Node & { readonly op: 'cond' }];
    const inner = node.params.branches[0] as Graph;
    const broken: Graph = { ...inner, nodes: [...inner.nodes, ...inner.nodes] };
    expect(() => verifyGraph({ ...graph, nodes: [{ ...node, params: { branches: [broken] } }] })).toThrow(
      'graph "inner": %1 is defined a second time',
    );
  });
});
