// Runs a whole program with the direct evaluator: stages in order, control flow, library stages by their definition.
import { constantLane, type Lane } from '../kernel-ir/arithmetic.ts';
import { registerFor } from '../kernel-ir/build.ts';
import { allocateMemory, fromMemory, type MemoryArray, viewMemory } from '../kernel-ir/memory.ts';
import type { MemoryType } from '../kernel-ir/types.ts';
import { type Environment, Evaluator, evaluateStage, forEachPoint, linearPosition, type Values } from './evaluate.ts';
import { evaluateElementwise } from './evaluate-elementwise.ts';
import { evaluateCumulative, evaluateRandomBits, evaluateSort, evaluateTopK } from './evaluate-library.ts';
import type { Buffer, LibraryStage, Program, ProgramStep } from './stage.ts';

/** The outputs' logical values, row-major. */
export function evaluateProgram(program: Program, inputs: readonly (readonly Lane[])[]): Values[] {
  const runner = new ProgramRunner(program, inputs);
  runner.run(program.steps);
  return program.outputs.map(({ buffer }) => runner.values(buffer));
}

class ProgramRunner {
  readonly #buffers: ReadonlyMap<number, Buffer>;
  readonly #values = new Map<number, Values>();
  readonly #environment: Environment;

  constructor(program: Program, inputs: readonly (readonly Lane[])[]) {
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    program.inputs.forEach(({ buffer }, position) => this.#values.set(buffer, [...(inputs[position] as readonly Lane[])]));
    this.#environment = { buffer: (id) => this.#buffer(id), values: (id) => this.values(id) };
  }

  values(id: number): Values {
    const known = this.#values.get(id);
    if (known) return known;
    const created = initialValues(this.#buffer(id));
    this.#values.set(id, created);
    return created;
  }

  #buffer(id: number): Buffer {
    return this.#buffers.get(id) as Buffer;
  }

  run(steps: readonly ProgramStep[]): void {
    for (const step of steps) this.#step(step);
  }

  #step(step: ProgramStep): void {
    switch (step.kind) {
      case 'stage':
        return step.stage.kind === 'compute' ? evaluateStage(step.stage, this.#environment) : this.#library(step.stage);
      case 'branch':
        return this.run(step.branches[Number(this.values(step.index)[0])] ?? []);
      case 'while':
        for (;;) {
          this.run(step.test);
          if (!this.values(step.condition)[0]) return;
          this.run(step.body);
        }
      case 'repeat':
        for (let count = 0; count < step.count; count++) {
          this.#values.set(step.counter, [count]);
          this.run(step.body);
        }
        return;
      default:
        return step satisfies never;
    }
  }

  #library(stage: LibraryStage): void {
    switch (stage.kind) {
      case 'sort': {
        const operands = stage.inputs.map((id) => this.values(id));
        const sorted = evaluateSort(operands, this.#buffer(stage.inputs[0] as number).shape, stage.axis, stage.keys);
        return stage.outputs.forEach((id, position) => this.#values.set(id, sorted[position] as Values));
      }
      case 'top_k': {
        const { values, indices } = evaluateTopK(this.values(stage.input), this.#buffer(stage.input).shape, stage.k);
        this.#values.set(stage.values, values);
        this.#values.set(stage.indices, indices);
        return;
      }
      case 'cumulative': {
        const { shape, type } = this.#buffer(stage.input);
        this.#values.set(stage.output, evaluateCumulative(this.values(stage.input), shape, type, stage));
        return;
      }
      case 'scatter':
        return this.#scatter(stage);
      case 'random_bits': {
        const count = this.#buffer(stage.output).shape.reduce((product, extent) => product * extent, 1);
        this.#values.set(stage.output, evaluateRandomBits(this.values(stage.key) as number[], count));
        return;
      }
      default:
        return stage satisfies never;
    }
  }

  #scatter(stage: Extract<LibraryStage, { kind: 'scatter' }>): void {
    const output = this.#buffer(stage.output);
    const values = this.values(stage.output);
    forEachPoint(stage.axes, new Map(), (point) => {
      const evaluator = new Evaluator(this.#environment, point);
      if (!evaluator.holds(stage.conditions)) return;
      const at = linearPosition(
        output,
        stage.store.map((index) => evaluator.index(index)),
      );
      const update = evaluator.value(stage.body);
      values[at] =
        stage.op === 'update' ? update : evaluateElementwise(SCATTER_OPS[stage.op], output.type, output.type, [values[at] as Lane, update]);
    });
  }
}

const SCATTER_OPS = { add: 'add', multiply: 'multiply', min: 'minimum', max: 'maximum' } as const;

/** A weight's data; zeros elsewhere. */
function initialValues(buffer: Buffer): Values {
  const count = buffer.shape.reduce((product, extent) => product * extent, 1);
  const memory = buffer.data ? viewData(buffer.type, buffer.data, count) : allocateMemory(buffer.type, count);
  return Array.from(memory as ArrayLike<Lane>, (value) => constantLane(registerFor(buffer.type).scalar, fromMemory(buffer.type, value)));
}

function viewData(type: MemoryType, data: ArrayBufferView, count: number): MemoryArray {
  return viewMemory(type, data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer, 0, count);
}
