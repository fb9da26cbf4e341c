// Sorting, selection, cumulative operations, scatter and random bits against their definitions.
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import type { MemoryType } from '../../../codegen/kernel-ir/types.ts';
import { threefry } from '../../../codegen/stage/evaluate-library.ts';
import { axisIndex, valueIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, LibraryStage, StageExpr } from '../../../codegen/stage/stage.ts';
import { bufferOf, programOf, pseudoRandom, runAsWasm, runCompiled, runDirectly, stageOf, TARGETS } from './run-program.ts';

function check(program: ReturnType<typeof programOf>, inputs: readonly (readonly Lane[])[]): void {
  const expected = runDirectly(program, inputs);
  for (const target of TARGETS) {
    const found = runCompiled(program, target, inputs);
    expect(found, target.name).toEqual(expected);
  }
  expect(runAsWasm(program, inputs), 'wasm').toEqual(expected);
}

describe('scheduleLibrary', () => {
  it('sorts stably along any axis, NaN last', () => {
    const shape = [3, 17, 2];
    const keys = pseudoRandom(102, 1).map((value) => Math.round(value * 2) / 2);
    keys[5] = Number.NaN;
    keys[40] = Number.NaN;
    const payload = Array.from({ length: 102 }, (_, position) => position);
    for (const axis of [0, 1, 2]) {
      const stage: LibraryStage = { kind: 'sort', name: 'sort', inputs: [0, 1], outputs: [2, 3], axis, keys: 1 };
      const buffers = [
        bufferOf(0, 'input', 'f32', shape),
        bufferOf(1, 'input', 'i32', shape),
        bufferOf(2, 'output', 'f32', shape),
        bufferOf(3, 'output', 'i32', shape),
      ];
      check(programOf(buffers, [stage]), [keys, payload]);
    }
  });

  it('sorts by a second key where the first is level', () => {
    const first = [2, 1, 2, 1, 1, 2].map(BigInt);
    const second = [0.5, 3, -1, 2, 3, 0.5];
    const stage: LibraryStage = { kind: 'sort', name: 'sort', inputs: [0, 1, 2], outputs: [3, 4, 5], axis: 0, keys: 2 };
    const buffers = [
      bufferOf(0, 'input', 'i64', [6]),
      bufferOf(1, 'input', 'f32', [6]),
      bufferOf(2, 'input', 'bool', [6]),
      bufferOf(3, 'output', 'i64', [6]),
      bufferOf(4, 'output', 'f32', [6]),
      bufferOf(5, 'output', 'bool', [6]),
    ];
    check(programOf(buffers, [stage]), [first, second, [1, 0, 1, 1, 0, 0]]);
  });

  it('selects the k largest, first ones first, NaN as the largest', () => {
    const values = pseudoRandom(60, 2).map((value) => Math.round(value * 3));
    values[33] = Number.NaN;
    for (const k of [1, 4, 20]) {
      const stage: LibraryStage = { kind: 'top_k', name: 'top', input: 0, values: 1, indices: 2, k };
      check(
        programOf(
          [bufferOf(0, 'input', 'f32', [3, 20]), bufferOf(1, 'output', 'f32', [3, k]), bufferOf(2, 'output', 'i32', [3, k])],
          [stage],
        ),
        [values],
      );
    }
  });

  it('accumulates along an axis in both directions', () => {
    for (const op of ['sum', 'product', 'max', 'min'] as const) {
      for (const reverse of [false, true]) {
        for (const [type, axis] of [
          ['f32', 0],
          ['f32', 1],
          ['f32', 2],
          ['i32', 1],
          ['i64', 1],
          ['u8', 1],
          ['f16', 1],
        ] as const) {
          const stage: LibraryStage = { kind: 'cumulative', name: 'scan', input: 0, output: 1, axis, op, reverse };
          const values = pseudoRandom(3 * 7 * 4, 3).map(
            (value): Lane =>
              type === 'i64'
                ? BigInt(Math.round(value * 2))
                : type === 'f32'
                  ? value
                  : type === 'u8'
                    ? Math.abs(Math.round(value * 3))
                    : Math.round(value * 2) + 0,
          );
          check(programOf([bufferOf(0, 'input', type, [3, 7, 4]), bufferOf(1, 'output', type, [3, 7, 4])], [stage]), [values]);
        }
      }
    }
  });

  it('scatters rows, drops those out of range, and applies updates in order', () => {
    const [t, c]: Axis[] = [
      { name: 't', extent: 6 },
      { name: 'c', extent: 21 },
    ];
    const [row, column] = [valueIndex({ kind: 'load', type: 'i32', buffer: 1, indices: [axisIndex(t as Axis)] }), axisIndex(c as Axis)];
    for (const op of ['update', 'add', 'multiply', 'min', 'max'] as const) {
      for (const type of ['f32', 'i64'] as const satisfies readonly MemoryType[]) {
        const body: StageExpr = { kind: 'load', type, buffer: 2, indices: [axisIndex(t as Axis), column] };
        const [a, b]: Axis[] = [
          { name: 'a', extent: 4 },
          { name: 'b', extent: 21 },
        ];
        const initial = stageOf(
          3,
          [a as Axis, b as Axis],
          [axisIndex(a as Axis), axisIndex(b as Axis)],
          { kind: 'load', type, buffer: 0, indices: [axisIndex(a as Axis), axisIndex(b as Axis)] },
          'initial',
        );
        const scatter: LibraryStage = {
          kind: 'scatter',
          name: 'scatter',
          output: 3,
          axes: [t as Axis, c as Axis],
          store: [row, column],
          conditions: [{ index: row, extent: 4 }],
          op,
          body,
        };
        const buffers = [
          bufferOf(0, 'input', type, [4, 21]),
          bufferOf(1, 'input', 'i32', [6]),
          bufferOf(2, 'input', type, [6, 21]),
          bufferOf(3, 'output', type, [4, 21]),
        ];
        const values = (count: number, seed: number): Lane[] =>
          pseudoRandom(count, seed).map((value): Lane => (type === 'i64' ? BigInt(Math.round(value * 5)) : value));
        check(programOf(buffers, [initial, scatter]), [values(84, 4), [0, 3, 3, -1, 9, 0], values(126, 5)]);
      }
    }
  });

  it('encrypts counters as the reference vectors of threefry2x32 have it', () => {
    expect(threefry([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
  });

  it('draws random bits of any count', () => {
    for (const count of [1, 2, 3, 7, 8, 31, 32, 33, 101]) {
      const program = programOf(
        [bufferOf(0, 'input', 'u32', [2]), bufferOf(1, 'output', 'u32', [count])],
        [{ kind: 'random_bits', name: 'bits', key: 0, output: 1 }],
      );
      check(program, [[0x13198a2e, 0x03707344]]);
    }
  });
});
