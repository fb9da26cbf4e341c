import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../compiler/ir/graph.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { printGraph, printGraphWithData } from '../../compiler/ir/print.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import { cond, scan, whileLoop } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { randomGraph } from './random-graph.ts';

const EXAMPLE = `graph "digits" {
  input %0 "image": f32[1,4,4,1]
  parameter %1: f32[3,3,1,2] = trainable "conv/kernel" <float32 [3,3,1,2] #5f1d7a02c9e84b36>
  parameter %2: f32[2] = frozen "norm/moving_mean" <float32 [2] 0.1 -0>
  %3: f32[1,2,2,2] = convolution(%0, %1) {strides=[1,1], padding=[[0,0],[0,0]], inputDilation=[1,1], kernelDilation=[1,1], featureGroups=1, batchGroups=1} @ "conv"
  %4: f32[1,2,2,2] = broadcast(%2) {shape=[1,2,2,2], axes=[3]} @ "norm"
  %5 "features": f32[1,2,2,2] = subtract(%3, %4) @ "norm"
  %6: f32[1,2,2,1], %7: i32[1,2,2,1] = top_k(%5) {k=1}
  output %5
  output %7
  update "norm/moving_mean" = %2
}
`;

describe('the text form', () => {
  it('reads an example and prints it unchanged', () => {
    const data = new Map([['5f1d7a02c9e84b36', new Float32Array(18)]]);
    const graph = parseGraph(EXAMPLE, data);
    verifyGraph(graph);
    expect(graph.parameters.map(({ path, trainable }) => [path, trainable])).toEqual([
      ['conv/kernel', true],
      ['norm/moving_mean', false],
    ]);
    expect(printGraph(graph).replace(/#[0-9a-f]{16}/, '#5f1d7a02c9e84b36')).toBe(EXAMPLE);
  });

  it('parses back to the same graph for random graphs', () => {
    fc.assert(
      fc.property(randomGraph(), ({ graph }) => {
        const { text, data } = printGraphWithData(graph);
        const parsed = parseGraph(text, data);
        verifyGraph(parsed);
        expect(printGraph(parsed)).toBe(text);
        expect(withoutSharing(parsed)).toEqual(withoutSharing(graph));
      }),
      { numRuns: 60 },
    );
  });

  it('holds the graphs inside cond, while and scan as blocks', () => {
    const { text, data } = printGraphWithData(controlFlow());
    expect(text).toContain('body=graph "body" {\n    input');
    const parsed = parseGraph(text, data);
    verifyGraph(parsed);
    expect(printGraph(parsed)).toBe(text);
  });

  it('keeps every bit of small constants of every dtype', () => {
    const values = {
      bool: [0, 1],
      uint8: [0, 255],
      int16: [-32768, 32767],
      uint32: [4294967295, 7],
      int64: [-9223372036854775808n, 9007199254740993n],
      uint64: [18446744073709551615n, 0n],
      float16: [0x3c01, 0xfc00],
      bfloat16: [0x3f81, 0x0001],
      float32: [Math.fround(0.1), -0],
      float64: [0.1, 5e-324],
    } as const;
    for (const [dtype, elements] of Object.entries(values) as [keyof typeof values, readonly (number | bigint)[]][]) {
      const constant = lax.full([2], 0, dtype).value;
      elements.forEach((element, index) => {
        constant.data[index] = element as never;
      });
      const { graph } = trace(
        'constants',
        [],
        () => [lax.constant(constant)],
        (result) => result,
      );
      const node = parseGraph(printGraph(graph)).nodes[0];
      expect(node?.params, dtype).toEqual({ value: constant });
    }
  });

  it('escapes hostile names', () => {
    const hostile = 'a"b\\c\n} output %0 \u202e\u2028\u0000\u001b[31m // 名前';
    const graph: Graph = { ...parseGraph('graph "g" { input %0: f32[] output %0 }'), name: hostile };
    const text = printGraph(graph);
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toMatch(/[\u202e\u2028\u0000\u001b]/);
    expect(text).toContain('名前');
    expect(parseGraph(text).name).toBe(hostile);
  });
});

describe('the parser', () => {
  const refuses = (body: string, message: RegExp): void => {
    expect(() => parseGraph(`graph "g" {\n  input %0: f32[2,3]\n${body}\n}`), body).toThrow(message);
  };

  it('says where and what is wrong', () => {
    expect(() => parseGraph('graph "g" {\n  input %0: f33[2]\n}')).toThrow(/line 2, column 13: expected one of bool, .*Received: "f33"/);
    expect(() => parseGraph('graph "g" {')).toThrow(/line 1, column 12: .*Received: the end of the text/);
    expect(() => parseGraph('graph "g" { ; }')).toThrow(/a character that begins nothing/);
  });

  it('refuses values that are missing, defined twice or of another type', () => {
    refuses('%1: f32[2,3] = add(%0, %2)', /%?2.*not defined above|not defined above/);
    refuses('%0: f32[2,3] = add(%0, %0)', /defined already/);
    refuses('%1: f32[2] = add(%0, %0)', /the results have type f32\[2,3\]/);
    refuses('%1: f32[2,3], %1: f32[2,3] = sort(%0, %0) {axis=0, keys=1}', /%1 is defined already/);
  });

  it('refuses operations and parameters that are unknown, missing, repeated or malformed', () => {
    refuses('%1: f32[2,3] = addd(%0, %0)', /the operation is not known.*"addd"/);
    refuses('%1: f32[2,3] = toString(%0)', /the operation is not known/);
    refuses('%1: f32[2] = reduce(%0) {kind=sum}', /parameters axes of reduce are missing/);
    refuses('%1: f32[2] = reduce(%0) {kind=mean, axes=[1]}', /expected one of sum, product/);
    refuses('%1: f32[2] = reduce(%0) {kind=sum, kind=sum, axes=[1]}', /given twice/);
    refuses('%1: f32[2] = reduce(%0) {kind=sum, axes=[1], __proto__=1}', /no such parameter/);
    refuses('%1: f32[2] = reduce(%0) {kind=sum, axes=[1.5]}', /expected an integer/);
    refuses('%1: f32[3,2] = transpose(%0) {permutation=[0,0]}', /distinct axes/);
  });

  it('refuses tensors whose elements do not fit', () => {
    refuses('%1: i8[1] = constant() {value=<int8 [1] 128>}', /"128" is no element of dtype int8/);
    refuses('%1: i8[2] = constant() {value=<int8 [2] 1>}', /expected 2 elements, found 1/);
    refuses('%1: f32[90] = constant() {value=<float32 [90] #abcd>}', /data of this tensor is not given/);
    refuses('%1: f32[] = constant() {value=<float32 [99999999,99999999] 0>}', /not a possible tensor shape/);
  });

  it('refuses graphs nested without end', () => {
    const deep = '%1: i32[] = cond(%0) {branches=[graph "b" {'.repeat(100);
    expect(() =>
      parseGraph(
        `graph "g" { input %0: i32[] ${deep.replaceAll('{branches', '{branches').replaceAll('graph "b" {', 'graph "b" { input %0: i32[] ')}`,
      ),
    ).toThrow(/nested more than 50 deep/);
  });
});

function controlFlow(): Graph {
  const step = lax.scalar(2, 'float32');
  return trace(
    'loops',
    [{ name: 'x', dtype: 'float32', shape: [3, 2] }],
    (x) => {
      const scanned = scan((sum, row) => [lax.add(sum as never, row as never), row as never], {
        carry: [lax.full([2], 0, 'float32')],
        xs: [x],
        length: 3,
      });
      const doubled = whileLoop(
        (value) => lax.compare('less', value as never, lax.scalar(100, 'float32')),
        (value) => [lax.multiply(value as never, step)],
        [lax.scalar(1, 'float32')],
      );
      return [
        ...scanned.ys,
        ...doubled,
        ...cond(lax.scalar(1, 'int32'), [() => scanned.carry, () => [lax.negative(scanned.carry[0] as never)]]),
      ];
    },
    (outputs) => outputs,
  ).graph;
}

/** Values by id instead of by identity, data by content. */
function withoutSharing(graph: Graph): unknown {
  return JSON.parse(
    JSON.stringify(graph, (_key, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array, String) : value)),
  );
}
