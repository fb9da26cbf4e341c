import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeBatch, findBatchAxes } from '../../compiler/ir/batch-axes.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { elementCount } from '../../compiler/ir/shape.ts';
import { evaluate } from './evaluate-primitive.ts';
import { buildGraph, type RandomProgram, randomInputs, randomProgram } from './random-graph.ts';

const BATCH = 3;

/** One position along an axis, kept as an axis of size 1. */
function positionOf(x: NDArray, axis: number, position: number): NDArray {
  const start = x.shape.map((_, index) => (index === axis ? position : 0));
  const limit = x.shape.map((size, index) => (index === axis ? position + 1 : size));
  return evaluate('slice', { start, limit, strides: x.shape.map(() => 1) }, x);
}

/** Which nodes read which values. */
const wiring = (graph: Graph): string =>
  JSON.stringify(
    graph.nodes.map(({ op, inputs, outputs }) => [op, ...inputs, ...outputs].map((item) => (typeof item === 'string' ? item : item.id))),
  );

/** Compares a batch with its samples one by one where the analysis says that they are independent; says if it did. */
function checkIndependence(program: RandomProgram): boolean {
  const batched = buildGraph(program, BATCH);
  const single = buildGraph(program, 1);
  const axes = findBatchAxes(
    batched,
    batched.inputs.map(() => 0),
  );
  // A program chooses operands by shape, so the size of the batch can make it another program.
  if (!axes || wiring(batched) !== wiring(single)) return false;
  const inputs = randomInputs(batched, program.seed);
  const together = executeReference(batched, inputs);
  for (let sample = 0; sample < BATCH; sample++) {
    const alone = executeReference(
      single,
      inputs.map((input) => positionOf(input, 0, sample)),
    );
    axes.forEach((axis, index) => {
      const expected = axis === null ? together[index] : positionOf(together[index] as NDArray, axis, sample);
      expect(alone[index]).toEqual(expected);
    });
  }
  return true;
}

describe('findBatchAxes', () => {
  it('tells the truth: samples one by one give the very numbers of the batch', () => {
    let independent = 0;
    const count = (program: RandomProgram): void => {
      if (checkIndependence(program)) independent++;
    };
    fc.assert(fc.property(randomProgram(8), count), { numRuns: 400 });
    // The property would hold for an analysis that always says no.
    expect(independent).toBeGreaterThan(100);
  });

  const one = (node: string, input = 'f32[4,2,6]') => {
    const graph = parseGraph(`graph "one" { input %0: ${input} ${node} output %1 }`);
    return findBatchAxes(graph, [0]);
  };

  it('follows the axis through data movement', () => {
    expect(one('%1: f32[2,6,4] = transpose(%0) {permutation=[1,2,0]}')).toEqual([2]);
    expect(one('%1: f32[4,12] = reshape(%0) {shape=[4,12]}')).toEqual([0]);
    expect(one('%1: f32[8,6] = reshape(%0) {shape=[8,6]}')).toBeUndefined();
    expect(one('%1: f32[9,4,2,6] = broadcast(%0) {shape=[9,4,2,6], axes=[1,2,3]}')).toEqual([1]);
    expect(one('%1: f32[4,2,3] = slice(%0) {start=[0,0,3], limit=[4,2,6], strides=[1,1,1]}')).toEqual([0]);
    expect(one('%1: f32[2,2,6] = slice(%0) {start=[0,0,0], limit=[4,2,6], strides=[2,1,1]}')).toBeUndefined();
    expect(one('%1: f32[4,2,6] = reverse(%0) {axes=[0]}')).toBeUndefined();
    expect(one('%1: f32[4,2,12] = concatenate(%0, %0) {axis=2}')).toEqual([0]);
    expect(one('%1: f32[8,2,6] = concatenate(%0, %0) {axis=0}')).toBeUndefined();
  });

  it('follows the axis through reductions, contractions and order', () => {
    expect(one('%1: f32[4] = reduce(%0) {kind=sum, axes=[1,2]}')).toEqual([0]);
    expect(one('%1: f32[2,6] = reduce(%0) {kind=sum, axes=[0]}')).toBeUndefined();
    expect(one('%1: f32[4,2,2] = dot_general(%0, %0) {lhsContracting=[2], rhsContracting=[2], lhsBatch=[0], rhsBatch=[0]}')).toEqual([0]);
    expect(
      one('%1: f32[4,2,4,2] = dot_general(%0, %0) {lhsContracting=[2], rhsContracting=[2], lhsBatch=[], rhsBatch=[]}'),
    ).toBeUndefined();
    expect(one('%1: i32[4,6] = arg_reduce(%0) {kind=max, axis=1, dtype=int32}')).toEqual([0]);
    expect(one('%1: f32[4,2,3], %2: i32[4,2,3] = top_k(%0) {k=3}')).toEqual([0]);
    expect(one('%1: f32[4,2,6] = cumulative(%0) {kind=sum, axis=0, reverse=false}')).toBeUndefined();
  });

  it('follows indices into a table', () => {
    const graph = parseGraph(`graph "embedding" {
      input %0: i32[4,5,1]
      parameter %1: f32[2,3] = trainable "table" <float32 [2,3] 1 2 3 4 5 6>
      %2: f32[4,5,3] = gather(%1, %0) {offsetAxes=[2], collapsedAxes=[0], operandBatchAxes=[], indicesBatchAxes=[], startIndexMap=[0], sliceSizes=[1,3]}
      output %2
      update "table" = %1
    }`);
    expect(analyzeBatch(graph, [0])).toEqual({ independent: true, outputs: [0], updates: [null] });
  });

  it('refuses constants that differ between the samples', () => {
    const add = (values: string) =>
      one(`%2: f32[2,1] = constant() {value=<float32 [2,1] ${values}>} %1: f32[2,1] = add(%0, %2)`, 'f32[2,1]');
    expect(add('7 7')).toEqual([0]);
    expect(add('7 8')).toBeUndefined();
  });

  it('names the first node in which samples mix', () => {
    const graph = parseGraph(
      'graph "g" { input %0: f32[3,2] %1: f32[3,2] = exp(%0) %2: f32[2] = reduce(%1) {kind=max, axes=[0]} @ "pool" output %2 }',
    );
    const analysis = analyzeBatch(graph, [0]);
    expect(analysis.independent ? undefined : analysis.node.scope).toBe('pool');
    expect(elementCount(graph.outputs[0]?.type.shape ?? [])).toBe(2);
  });
});
