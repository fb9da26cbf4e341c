// Several cells as one: each gets the output of the one before.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Nested } from '../../engine/structure.ts';
import { initialStateOf, outputSizeOf } from './cell-sizes.ts';
import {
  asList,
  type PreparableCell,
  type PreparedStep,
  prepareStep,
  type StateSize,
  type States,
  type StepCell,
  type StepResult,
} from './step-cell.ts';

/** @example new layers.RNN(new layers.StackedRNNCells([new layers.LSTMCell(8), new layers.LSTMCell(8)]))(x) */
export class StackedRNNCells extends Layer implements PreparableCell {
  static override readonly positional: readonly string[] = ['cells'];
  static readonly nested: readonly string[] = ['cells'];

  readonly cells: readonly StepCell[];

  constructor(cells: readonly Layer[], options: LayerOptions = {}) {
    super(options);
    for (const cell of cells) {
      if ('stateSize' in cell) continue;
      throw new ValueError(`All cells must have a \`stateSize\` attribute. Received cell without a \`stateSize\`: ${cell.name}`, {
        code: 'cell',
      });
    }
    this.cells = cells as readonly StepCell[];
  }

  get stateSize(): StateSize {
    return this.cells.map((cell) => cell.stateSize);
  }

  get outputSize(): number {
    return outputSizeOf(this.cells.at(-1) as StepCell);
  }

  getInitialState(batch: number): Nested<Tensor> {
    return this.cells.map((cell) => initialStateOf(cell, batch));
  }

  override build(inputShape: KerasShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      if (!cell.built) cell.build(shape);
      shape = [inputShape[0] ?? null, outputSizeOf(cell)];
    }
  }

  prepare(batch: number, training: boolean): PreparedStep {
    const steps = this.cells.map((cell) => prepareStep(cell, batch, training, this.computeDtype));
    const [first] = steps as [PreparedStep];
    return {
      project: first.project,
      advance: (projected, states) => advanceAll(steps, projected, states),
      outputIsState: false,
    };
  }

  override call(inputs: Tensor, states: States, { training }: CallOptions = {}): [Tensor, Nested<Tensor>] {
    const step = this.prepare(inputs.shape[0] as number, training === true);
    const [output, next] = step.advance(step.project(inputs), states);
    return [output, next.length === 1 ? (next[0] as Nested<Tensor>) : next];
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cells: this.cells };
  }
}

/** The states keep their form: a tensor stays a tensor, a list a list. */
function advanceAll(steps: readonly PreparedStep[], projected: Tensor, states: States): StepResult {
  let output = projected;
  const next = steps.map((step, index): Nested<Tensor> => {
    const given = states[index] as Nested<Tensor>;
    const [result, after] = step.advance(index === 0 ? output : step.project(output), asList(given));
    output = result;
    return Array.isArray(given) ? after : (after[0] as Tensor);
  });
  return [output, next];
}
