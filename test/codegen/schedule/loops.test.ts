// The general schedule against the direct evaluator: softmax, layer normalization, padding, concatenation, gathers, narrow types, layouts.
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import type { MemoryType } from '../../../codegen/kernel-ir/types.ts';
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  divideIndex,
  multiplyIndex,
  remainderIndex,
  valueIndex,
} from '../../../codegen/stage/index-arithmetic.ts';
import { blockedChannels, paddedRowMajor } from '../../../codegen/stage/layout.ts';
import type { Axis, Buffer, ElementwiseName, IndexExpr, Program, StageExpr, StageReduction } from '../../../codegen/stage/stage.ts';
import { guard } from '../../../codegen/stage/substitute.ts';
import { bufferOf, programOf, pseudoRandom, runAsWasm, runCompiled, runDirectly, stageOf, TARGETS } from './run-program.ts';

const axis = (name: string, extent: number): Axis => ({ name, extent });
const loadOf = (buffer: number, indices: readonly IndexExpr[], type: MemoryType = 'f32'): StageExpr => ({
  kind: 'load',
  type,
  buffer,
  indices,
});
const op = (name: ElementwiseName, ...args: StageExpr[]): StageExpr => ({
  kind: 'elementwise',
  type: (args.at(-1) as StageExpr).type,
  op: name,
  args,
});
const number = (value: number, type: MemoryType = 'f32'): StageExpr => ({ kind: 'constant', type, value });
const reduce = (kind: StageReduction, axes: readonly Axis[], body: StageExpr, type: MemoryType = body.type): StageExpr => ({
  kind: 'reduce',
  type,
  op: kind,
  axes,
  body,
});
const at = (...axes: Axis[]): IndexExpr[] => axes.map(axisIndex);

/** Relative to the magnitude of the operands: float32 rounding of each of a few operations. */
function expectClose(found: readonly Lane[], expected: readonly Lane[], tolerance: number, what: string): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, position) => {
    const exact = Number(expected[position]);
    const isSame = Object.is(Number(value), exact) || Math.abs(Number(value) - exact) <= tolerance * Math.max(1, Math.abs(exact));
    if (!isSame) expect(value, `${what}, element ${position}`).toBe(exact);
  });
}

function check(program: Program, inputs: readonly (readonly Lane[])[], tolerance = 0): void {
  const expected = runDirectly(program, inputs);
  for (const target of TARGETS) {
    const found = runCompiled(program, target, inputs);
    found.forEach((output, position) => expectClose(output, expected[position] as Lane[], tolerance, `${target.name}, output ${position}`));
  }
  runAsWasm(program, inputs).forEach((output, position) =>
    expectClose(output, expected[position] as Lane[], tolerance, `wasm, output ${position}`),
  );
}

describe('scheduleLoops', () => {
  it('computes elementwise chains over any extent, tails included', () => {
    for (const extent of [1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 100]) {
      const i = axis('i', extent);
      const x = loadOf(0, at(i));
      const body = op('add', op('multiply', x, x), op('maximum', loadOf(1, at(i)), number(0)));
      const buffers = [
        bufferOf(0, 'input', 'f32', [extent]),
        bufferOf(1, 'input', 'f32', [extent]),
        bufferOf(2, 'output', 'f32', [extent]),
      ];
      check(programOf(buffers, [stageOf(2, [i], at(i), body)]), [pseudoRandom(extent, 1), pseudoRandom(extent, 2)]);
    }
  });

  it('computes softmax along every axis', () => {
    for (const shape of [
      [5, 37],
      [37, 5],
      [3, 4, 20],
      [1, 300],
      [2, 3],
    ]) {
      for (let along = 0; along < shape.length; along++) {
        const axes = shape.map((extent, dim) => axis(`d${dim}`, extent));
        const r = axis('r', shape[along] as number);
        const s = axis('s', shape[along] as number);
        const through = (replacement: Axis): IndexExpr[] => axes.map((own, dim) => axisIndex(dim === along ? replacement : own));
        const max = reduce('max', [r], loadOf(0, through(r)));
        const sum = reduce('sum', [s], op('exp', op('subtract', loadOf(0, through(s)), max)));
        const body = op('divide', op('exp', op('subtract', loadOf(0, at(...axes)), max)), sum);
        const buffers = [bufferOf(0, 'input', 'f32', shape), bufferOf(1, 'output', 'f32', shape)];
        const count = shape.reduce((product, extent) => product * extent, 1);
        check(programOf(buffers, [stageOf(1, axes, at(...axes), body)]), [pseudoRandom(count, along)], 1e-6);
      }
    }
  });

  it('computes layer normalization with the variance of the deviations', () => {
    const [n, c, r, s] = [axis('n', 6), axis('c', 50), axis('r', 50), axis('s', 50)];
    const mean = op('multiply', reduce('sum', [r], loadOf(0, at(n, r))), number(1 / 50));
    const deviation = op('subtract', loadOf(0, at(n, s)), mean);
    const variance = op('multiply', reduce('sum', [s], op('multiply', deviation, deviation)), number(1 / 50));
    const scaled = op('multiply', op('subtract', loadOf(0, at(n, c)), mean), op('rsqrt', op('add', variance, number(1e-3))));
    const body = op('add', op('multiply', scaled, loadOf(1, at(c))), loadOf(2, at(c)));
    const buffers = [
      bufferOf(0, 'input', 'f32', [6, 50]),
      bufferOf(1, 'input', 'f32', [50]),
      bufferOf(2, 'input', 'f32', [50]),
      bufferOf(3, 'output', 'f32', [6, 50]),
    ];
    check(programOf(buffers, [stageOf(3, [n, c], at(n, c), body)]), [pseudoRandom(300, 3), pseudoRandom(50, 4), pseudoRandom(50, 5)], 2e-6);
  });

  it('sums long rows to float64 accuracy within 1e-6', () => {
    const r = axis('r', 100003);
    const buffers = [bufferOf(0, 'input', 'f32', [100003]), bufferOf(1, 'output', 'f32', [])];
    const positive = pseudoRandom(100003, 7).map((value) => Math.fround(Math.abs(value)));
    check(programOf(buffers, [stageOf(1, [], [], reduce('sum', [r], loadOf(0, at(r))))]), [positive], 1e-6);
  });

  it('reduces by every operation over outer, inner and all axes', () => {
    const operations: readonly [StageReduction, MemoryType][] = [
      ['sum', 'f32'],
      ['product', 'f32'],
      ['max', 'f32'],
      ['min', 'f32'],
      ['sum', 'i32'],
      ['max', 'u32'],
      ['sum', 'i8'],
      ['max', 'f64'],
      ['sum', 'i64'],
      ['sum', 'f16'],
      ['argmax', 'f32'],
      ['argmin', 'f32'],
      ['argmax', 'i32'],
    ];
    for (const [operation, type] of operations) {
      for (const kept of [[], [0], [1], [0, 1], [2], [0, 2]]) {
        const shape = [3, 9, 21];
        const axes = shape.map((extent, dim) => axis(`d${dim}`, extent));
        const reduced = axes.filter((_, dim) => !kept.includes(dim));
        const isPosition = operation.startsWith('arg');
        if (isPosition && reduced.length !== 1) continue;
        const outer = kept.map((dim) => axes[dim] as Axis);
        const resultType = isPosition ? 'i32' : type;
        const body = reduce(operation, reduced, loadOf(0, at(...axes), type), resultType);
        const buffers = [
          bufferOf(0, 'input', type, shape),
          bufferOf(
            1,
            'output',
            resultType,
            outer.map(({ extent }) => extent),
          ),
        ];
        const values = pseudoRandom(567, 9).map(
          (value): Lane =>
            type === 'f32' || type === 'f64'
              ? value
              : type === 'f16'
                ? Math.round(value * 8) / 8
                : type === 'i64'
                  ? BigInt(Math.round(value * 9))
                  : Math.abs(Math.round(value * 9)),
        );
        // Products of 500 factors leave float32's range; of their square roots of 1.0x they do not.
        const inputs = operation === 'product' ? values.map((value) => Math.fround(1 + Number(value) / 100)) : values;
        // float16 results lie 2^-11 apart, and sums of eighths are exact before rounding.
        check(programOf(buffers, [stageOf(1, outer, at(...outer), body)]), [inputs], type === 'f16' ? 2 ** -11 : 2e-6);
      }
    }
  });

  it('keeps NaN in maxima and gives the neutral element for empty reductions', () => {
    const [n, r] = [axis('n', 4), axis('r', 40)];
    const buffers = [bufferOf(0, 'input', 'f32', [4, 40]), bufferOf(1, 'output', 'f32', [4])];
    const values = pseudoRandom(160, 11);
    values[57] = Number.NaN;
    check(programOf(buffers, [stageOf(1, [n], at(n), reduce('max', [r], loadOf(0, at(n, r))))]), [values]);
    const empty = axis('e', 0);
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [4, 0]), bufferOf(1, 'output', 'f32', [4])],
        [stageOf(1, [n], at(n), reduce('max', [empty], loadOf(0, at(n, empty))))],
      ),
      [[]],
    );
  });

  it('pads, concatenates and crops by cutting the loops', () => {
    const [h, w, c] = [axis('h', 9), axis('w', 30), axis('c', 3)];
    const moved = [addIndex(axisIndex(h), constantIndex(-2)), addIndex(axisIndex(w), constantIndex(-5)), axisIndex(c)];
    const padded = guard(
      [
        { index: moved[0] as IndexExpr, extent: 5 },
        { index: moved[1] as IndexExpr, extent: 20 },
      ],
      loadOf(0, moved),
      number(7),
    );
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [5, 20, 3]), bufferOf(1, 'output', 'f32', [9, 30, 3])],
        [stageOf(1, [h, w, c], at(h, w, c), padded)],
      ),
      [pseudoRandom(300, 13)],
    );
    const [n, j] = [axis('n', 4), axis('j', 50)];
    const second = [axisIndex(n), addIndex(axisIndex(j), constantIndex(-20))];
    const joined = guard([{ index: axisIndex(j), extent: 20 }], loadOf(0, at(n, j)), loadOf(1, second));
    const buffers = [bufferOf(0, 'input', 'f32', [4, 20]), bufferOf(1, 'input', 'f32', [4, 30]), bufferOf(2, 'output', 'f32', [4, 50])];
    check(programOf(buffers, [stageOf(2, [n, j], at(n, j), joined)]), [pseudoRandom(80, 14), pseudoRandom(120, 15)]);
  });

  it('reads windows with borders: average pooling and a convolution', () => {
    const [y, x, c] = [axis('y', 7), axis('x', 7), axis('c', 10)];
    const [ky, kx] = [axis('ky', 3), axis('kx', 3)];
    const row = addIndex(multiplyIndex(axisIndex(y), 2), addIndex(axisIndex(ky), constantIndex(-1)));
    const column = addIndex(multiplyIndex(axisIndex(x), 2), addIndex(axisIndex(kx), constantIndex(-1)));
    const inside = guard(
      [
        { index: row, extent: 13 },
        { index: column, extent: 13 },
      ],
      loadOf(0, [row, column, axisIndex(c)]),
      number(0),
    );
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [13, 13, 10]), bufferOf(1, 'output', 'f32', [7, 7, 10])],
        [stageOf(1, [y, x, c], at(y, x, c), reduce('sum', [ky, kx], inside))],
      ),
      [pseudoRandom(1690, 16)],
      1e-6,
    );
    const [i, k] = [axis('i', 10), axis('k', 6)];
    const pixel = guard(
      [
        { index: row, extent: 13 },
        { index: column, extent: 13 },
      ],
      loadOf(0, [row, column, axisIndex(i)]),
      number(0),
    );
    const product = op('multiply', pixel, loadOf(1, at(ky, kx, i, k)));
    const buffers = [
      bufferOf(0, 'input', 'f32', [13, 13, 10]),
      bufferOf(1, 'input', 'f32', [3, 3, 10, 6]),
      bufferOf(2, 'output', 'f32', [7, 7, 6]),
    ];
    check(
      programOf(buffers, [stageOf(2, [y, x, k], at(y, x, k), reduce('sum', [ky, kx, i], product))]),
      [pseudoRandom(1690, 17), pseudoRandom(540, 18)],
      4e-6,
    );
  });

  it('pools along a vectorized axis whose borders are guarded', () => {
    const [c, x, k] = [axis('c', 3), axis('x', 64), axis('k', 3)];
    const position = addIndex(axisIndex(x), addIndex(axisIndex(k), constantIndex(-1)));
    const body = reduce(
      'max',
      [k],
      guard([{ index: position, extent: 64 }], loadOf(0, [axisIndex(c), position]), number(Number.NEGATIVE_INFINITY)),
    );
    check(programOf([bufferOf(0, 'input', 'f32', [3, 64]), bufferOf(1, 'output', 'f32', [3, 64])], [stageOf(1, [c, x], at(c, x), body)]), [
      pseudoRandom(192, 19),
    ]);
  });

  it('transposes, reverses, reshapes and repeats', () => {
    const [a, b, c] = [axis('a', 6), axis('b', 5), axis('c', 16)];
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [16, 5, 6]), bufferOf(1, 'output', 'f32', [6, 5, 16])],
        [stageOf(1, [a, b, c], at(a, b, c), loadOf(0, at(c, b, a)))],
      ),
      [pseudoRandom(480, 20)],
    );
    const flipped = addIndex(constantIndex(15), multiplyIndex(axisIndex(c), -1));
    check(
      programOf([bufferOf(0, 'input', 'f32', [16]), bufferOf(1, 'output', 'f32', [16])], [stageOf(1, [c], at(c), loadOf(0, [flipped]))]),
      [pseudoRandom(16, 21)],
    );
    const repeated = [divideIndex(axisIndex(c), 4), remainderIndex(axisIndex(c), 4)];
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [4, 4]), bufferOf(1, 'output', 'f32', [5, 16])],
        [stageOf(1, [b, c], at(b, c), loadOf(0, repeated))],
      ),
      [pseudoRandom(16, 22)],
    );
  });

  it('gathers rows by clamped indices read from data', () => {
    const [t, c] = [axis('t', 7), axis('c', 24)];
    const row = clampIndex(valueIndex(loadOf(1, at(t), 'i32')), 5);
    const buffers = [bufferOf(0, 'input', 'f32', [5, 24]), bufferOf(1, 'input', 'i32', [7]), bufferOf(2, 'output', 'f32', [7, 24])];
    check(programOf(buffers, [stageOf(2, [t, c], at(t, c), loadOf(0, [row, axisIndex(c)]))]), [
      pseudoRandom(120, 23),
      [0, 4, -3, 99, 2, 2, 1],
    ]);
  });

  it('writes positions, comparisons and narrow types', () => {
    const i = axis('i', 40);
    const scaled: StageExpr = { kind: 'position', type: 'f32', index: addIndex(multiplyIndex(axisIndex(i), 3), constantIndex(-7)) };
    check(
      programOf(
        [bufferOf(0, 'input', 'f32', [40]), bufferOf(1, 'output', 'f32', [40])],
        [stageOf(1, [i], at(i), op('add', scaled, loadOf(0, at(i))))],
      ),
      [pseudoRandom(40, 24)],
    );
    const greater: StageExpr = { kind: 'elementwise', type: 'bool', op: 'greater', args: [loadOf(0, at(i)), number(0)] };
    check(programOf([bufferOf(0, 'input', 'f32', [40]), bufferOf(1, 'output', 'bool', [40])], [stageOf(1, [i], at(i), greater)]), [
      pseudoRandom(40, 25),
    ]);
    const chosen: StageExpr = { kind: 'elementwise', type: 'f32', op: 'select', args: [greater, number(1), op('exp', loadOf(0, at(i)))] };
    check(
      programOf([bufferOf(0, 'input', 'f32', [40]), bufferOf(1, 'output', 'f32', [40])], [stageOf(1, [i], at(i), chosen)]),
      [pseudoRandom(40, 26)],
      1e-6,
    );
    for (const type of ['f16', 'bf16'] as const) {
      const half = loadOf(0, at(i), type);
      const body = op('add', op('multiply', half, half), half);
      const inputs = pseudoRandom(40, 27).map((value) => Math.round(value * 64) / 64);
      check(programOf([bufferOf(0, 'input', type, [40]), bufferOf(1, 'output', type, [40])], [stageOf(1, [i], at(i), body)]), [inputs]);
    }
    const cast: StageExpr = { kind: 'cast', type: 'f32', value: loadOf(0, at(i), 'u8') };
    check(
      programOf(
        [bufferOf(0, 'input', 'u8', [40]), bufferOf(1, 'output', 'f32', [40])],
        [stageOf(1, [i], at(i), op('multiply', cast, number(0.5)))],
      ),
      [Array.from({ length: 40 }, (_, k) => k * 6)],
    );
  });

  it('reads and writes halos and blocks of channels', () => {
    const shape = [1, 6, 7, 40];
    const halo = [
      [0, 0],
      [1, 1],
      [2, 1],
      [0, 0],
    ] as const;
    for (const layout of [paddedRowMajor(shape, halo), blockedChannels(shape, halo, 16), blockedChannels(shape, halo, 8)]) {
      const [n, h, w, c] = shape.map((extent, dim) => axis(`d${dim}`, extent)) as [Axis, Axis, Axis, Axis];
      const [k, r] = [axis('k', 3), axis('r', 40)];
      const middle: Buffer = bufferOf(1, 'scratch', 'f32', shape, layout);
      const buffers = [
        bufferOf(0, 'input', 'f32', shape),
        middle,
        bufferOf(2, 'output', 'f32', shape),
        bufferOf(3, 'output', 'f32', [6, 7]),
      ];
      const double = stageOf(1, [n, h, w, c], at(n, h, w, c), op('multiply', loadOf(0, at(n, h, w, c)), number(2)), 'double');
      // Reads the halo below and above as zeros.
      const rows = reduce(
        'sum',
        [k],
        loadOf(1, [axisIndex(n), addIndex(axisIndex(h), addIndex(axisIndex(k), constantIndex(-1))), axisIndex(w), axisIndex(c)]),
      );
      const windows = stageOf(2, [n, h, w, c], at(n, h, w, c), rows, 'windows');
      const channels = stageOf(
        3,
        [h, w],
        at(h, w),
        reduce('sum', [r], loadOf(1, [constantIndex(0), axisIndex(h), axisIndex(w), axisIndex(r)])),
        'channels',
      );
      check(programOf(buffers, [double, windows, channels]), [pseudoRandom(6 * 7 * 40, 28)], 2e-6);
    }
  });

  it('updates a buffer in place once, whatever its extent', () => {
    const i = axis('i', 22);
    const initial = stageOf(1, [i], at(i), loadOf(0, at(i)), 'initial');
    const update = stageOf(1, [i], at(i), op('add', loadOf(1, at(i)), number(1)), 'update');
    check(
      programOf([bufferOf(0, 'input', 'f32', [22]), bufferOf(1, 'output', 'f32', [22])], [initial, update]),
      [pseudoRandom(22, 31)],
      1e-7,
    );
  });

  it('computes reductions that the inner axes share once, before the loops', () => {
    const [h, c, y, x] = [axis('h', 12), axis('c', 20), axis('y', 12), axis('x', 20)];
    // Squeeze and excite: channels scaled by the sigmoid of their mean.
    const mean = reduce('sum', [y], loadOf(0, at(y, c)));
    const body = op('multiply', loadOf(0, at(h, c)), op('sigmoid', op('multiply', mean, number(1 / 12))));
    const program = programOf(
      [bufferOf(0, 'input', 'f32', [12, 20]), bufferOf(1, 'output', 'f32', [12, 20])],
      [stageOf(1, [h, c], at(h, c), body)],
    );
    check(program, [pseudoRandom(240, 29)], 1e-6);
    const share = op('divide', loadOf(0, at(h, c)), reduce('sum', [y, x], op('abs', loadOf(0, at(y, x)))));
    check(
      programOf([bufferOf(0, 'input', 'f32', [12, 20]), bufferOf(1, 'output', 'f32', [12, 20])], [stageOf(1, [h, c], at(h, c), share)]),
      [pseudoRandom(240, 30)],
      1e-6,
    );
  });
});
