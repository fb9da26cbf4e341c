// Random programs of one stage, and the comparison of their results.
import { expect } from 'vitest';
import type { Lane } from '../../../codegen/kernel-ir/arithmetic.ts';
import type { MemoryType } from '../../../codegen/kernel-ir/types.ts';
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  divideIndex,
  multiplyIndex,
  rangeOf,
  remainderIndex,
} from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, Buffer, ElementwiseName, IndexExpr, Program, StageExpr, StageReduction } from '../../../codegen/stage/stage.ts';
import { bufferOf, programOf, pseudoRandom, stageOf } from './run-program.ts';

/** Choices drawn one after the other from a list of random integers. */
class Choices {
  readonly #numbers: readonly number[];
  #position = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(count: number): number {
    const number = this.#numbers[this.#position++ % this.#numbers.length] as number;
    return number % count;
  }

  oneOf<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }
}

const EXTENTS = [1, 2, 3, 4, 5, 8, 16, 17, 20];
const FLOAT_OPS: readonly ElementwiseName[] = ['add', 'subtract', 'multiply', 'maximum', 'minimum'];
const FLOAT_UNARY: readonly ElementwiseName[] = ['abs', 'negative', 'tanh', 'sigmoid', 'round'];
const INTEGER_OPS: readonly ElementwiseName[] = ['add', 'subtract', 'multiply', 'maximum', 'minimum', 'and', 'xor', 'divide'];

/** Builds a stage from choices; operands stay small enough for results to be compared to 1e-4. */
class StageMaker {
  readonly buffers: Buffer[] = [];
  readonly #choices: Choices;
  readonly #type: MemoryType;
  #axisCount = 0;

  constructor(choices: Choices, type: MemoryType) {
    this.#choices = choices;
    this.#type = type;
  }

  newAxis(): Axis {
    return { name: `i${this.#axisCount++}`, extent: this.#choices.oneOf(EXTENTS) };
  }

  /** Some function of the axes. */
  index(axes: readonly Axis[]): IndexExpr {
    const base =
      axes.length > 0 && this.#choices.below(5) > 0 ? axisIndex(this.#choices.oneOf(axes)) : constantIndex(this.#choices.below(4));
    switch (this.#choices.below(9)) {
      case 0:
        return addIndex(multiplyIndex(base, this.#choices.below(3) + 1), this.index(axes));
      case 1:
        return divideIndex(base, this.#choices.below(5) + 1);
      case 2:
        return remainderIndex(addIndex(base, constantIndex(-2)), this.#choices.below(5) + 1);
      case 3:
        return addIndex(base, constantIndex(this.#choices.below(7) - 3));
      case 4:
        return multiplyIndex(base, -1);
      case 5:
        return clampIndex(addIndex(base, constantIndex(-1)), this.#choices.below(6) + 1);
      default:
        return base;
    }
  }

  /** A load whose buffer just holds its indices, or is smaller and guarded. */
  load(axes: readonly Axis[]): StageExpr {
    const rank = this.#choices.below(3) + 1;
    const isPlain = this.#choices.below(3) > 0 && axes.length > 0;
    const raw = isPlain ? axes.slice(-rank).map(axisIndex) : Array.from({ length: rank }, () => this.index(axes));
    const indices = raw.map((index) => addIndex(index, constantIndex(-rangeOf(index).low)));
    const shrinks = this.#choices.below(4) === 0;
    const shape = indices.map((index) => Math.max(1, rangeOf(index).high + 1 - (shrinks ? 2 : 0)));
    const id = this.buffers.length;
    this.buffers.push(bufferOf(id, 'input', this.#type, shape));
    const body: StageExpr = { kind: 'load', type: this.#type, buffer: id, indices };
    if (!shrinks) return body;
    const conditions = indices.map((index, dim) => ({ index, extent: shape[dim] as number }));
    return { kind: 'guard', type: this.#type, conditions, body, otherwise: this.constant() };
  }

  constant(): StageExpr {
    const value = this.#choices.oneOf([0, 1, -2, 3]);
    return {
      kind: 'constant',
      type: this.#type,
      value: this.#type === 'i64' ? BigInt(value) : this.#type.startsWith('u') ? Math.abs(value) : value,
    };
  }

  expression(axes: readonly Axis[], depth: number): StageExpr {
    const isFloat = this.#type === 'f32' || this.#type === 'f16';
    if (depth === 0) return this.#choices.below(6) === 0 ? this.constant() : this.load(axes);
    const node = this.#choices.below(10);
    if (node < 5) {
      const op = this.#choices.oneOf(isFloat ? FLOAT_OPS : INTEGER_OPS);
      return { kind: 'elementwise', type: this.#type, op, args: [this.expression(axes, depth - 1), this.expression(axes, depth - 1)] };
    }
    if (node < 6)
      return {
        kind: 'elementwise',
        type: this.#type,
        op: this.#choices.oneOf(isFloat ? FLOAT_UNARY : ['abs', 'negative', 'not']),
        args: [this.expression(axes, depth - 1)],
      };
    if (node < 8) return this.reduction(axes, depth - 1);
    if (node < 9) {
      const [a, b] = [this.expression(axes, depth - 1), this.expression(axes, depth - 1)];
      const condition: StageExpr = {
        kind: 'elementwise',
        type: 'bool',
        op: this.#choices.oneOf(['less', 'greater_equal', 'not_equal']),
        args: [a, b],
      };
      return { kind: 'elementwise', type: this.#type, op: 'select', args: [condition, b, a] };
    }
    return this.expression(axes, depth - 1);
  }

  reduction(axes: readonly Axis[], depth: number): StageExpr {
    const reduced = Array.from({ length: this.#choices.below(2) + 1 }, () => this.newAxis());
    // A reduction that does not see all outer axes is what gets a place of its own.
    const visible = axes.filter(() => this.#choices.below(3) > 0);
    const op: StageReduction = this.#choices.oneOf(['sum', 'max', 'min']);
    return { kind: 'reduce', type: this.#type, op, axes: reduced, body: this.expression([...visible, ...reduced], Math.min(depth, 1)) };
  }
}

export interface RandomProgram {
  readonly program: Program;
  readonly inputs: readonly (readonly Lane[])[];
}

/** The program that these numbers choose, with inputs for it. */
export function randomProgram(numbers: readonly number[], type: MemoryType): RandomProgram {
  const choices = new Choices(numbers);
  const maker = new StageMaker(choices, type);
  const axes = Array.from({ length: choices.below(3) + 1 }, () => maker.newAxis());
  const body = maker.expression(axes, 3);
  const id = maker.buffers.length;
  const buffers = [
    ...maker.buffers,
    bufferOf(
      id,
      'output',
      type,
      axes.map(({ extent }) => extent),
    ),
  ];
  const inputs = maker.buffers.map(({ shape }, seed) => {
    const values = pseudoRandom(
      shape.reduce((product, extent) => product * extent, 1),
      seed,
    );
    if (type === 'f32') return values;
    if (type === 'f16') return values.map((value) => Math.round(value * 4) / 4);
    return values.map((value): Lane => (type === 'i64' ? BigInt(Math.round(value * 4)) : Math.abs(Math.round(value * 4))));
  });
  return { program: programOf(buffers, [stageOf(id, axes, axes.map(axisIndex), body)]), inputs };
}

/** Equal, or within the tolerance relative to the larger of 1 and the exact value. */
export function expectClose(found: readonly Lane[][], expected: readonly Lane[][], tolerance: number, what: string): void {
  expected.forEach((output, position) =>
    output.forEach((exact, at) => {
      const value = (found[position] as Lane[])[at] as Lane;
      const isClose =
        value === exact ||
        Object.is(value, exact) ||
        Math.abs(Number(value) - Number(exact)) <= tolerance * Math.max(1, Math.abs(Number(exact)));
      if (!isClose) expect(value, `${what}, element ${at}`).toBe(exact);
    }),
  );
}
