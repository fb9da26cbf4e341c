// What a recurrent layer asks of the layer that does one step of it.
import type { Tensor } from '../../../trace/tensor.ts';
import type { Layer } from '../../engine/layer.ts';
import type { Nested } from '../../engine/structure.ts';

/** One size for a single state, or one per state; a cell of cells has a list in the place of each. */
export type StateSize = number | readonly StateSize[];

/** The states of a cell: a list of tensors, or of such lists for a cell of cells. */
export type States = readonly Nested<Tensor>[];

/** The output of a step and the states after it. */
export type StepResult = readonly [Tensor, States];

/** A layer that is called as `cell(inputs, states)` and returns the output and the next states. */
export interface StepCell extends Layer {
  readonly stateSize: StateSize;
  /** The features of the output; those of the first state if it is absent. */
  readonly outputSize?: number | null | undefined;
  getInitialState?(batch: number): Nested<Tensor>;
}

/** A step, made ready for a whole sequence: what does not depend on the states is done for all steps at once. */
export interface PreparedStep {
  /** Of all steps' inputs, time first. */
  readonly project: (sequences: Tensor) => Tensor;
  /** Of one step's projected inputs. */
  readonly advance: (projected: Tensor, states: States) => StepResult;
  /** Whether the output of a step is its first state. */
  readonly outputIsState: boolean;
}

/** Cells of Keras's own, which can be prepared. */
export interface PreparableCell extends StepCell {
  /** @param batch how many sequences run side by side */
  prepare(batch: number, training: boolean): PreparedStep;
}

const isPreparable = (cell: StepCell): cell is PreparableCell => 'prepare' in cell;

/** The cell's step; a class of the user's, or one of another dtype, is called as a layer. */
export function prepareStep(cell: StepCell, batch: number, training: boolean | undefined, dtype: string): PreparedStep {
  if (isPreparable(cell) && cell.computeDtype === dtype && !isOverridden(cell)) return cell.prepare(batch, training === true);
  return {
    project: (sequences) => sequences,
    advance: (inputs, states) => {
      const [output, next] = cell<readonly [Tensor, Nested<Tensor>]>(inputs, states, { training });
      return [output, asList(next)];
    },
    outputIsState: false,
  };
}

/** A subclass with a `call` of its own must be called. */
function isOverridden(cell: PreparableCell): boolean {
  const ownerOf = (key: string, object: object): object =>
    Object.hasOwn(object, key) ? object : ownerOf(key, Object.getPrototypeOf(object) as object);
  const prototype = Object.getPrototypeOf(cell) as object;
  return ownerOf('call', prototype) !== ownerOf('prepare', prototype);
}

/** A single state as a list of one. */
export const asList = (states: Nested<Tensor>): States => (Array.isArray(states) ? (states as States) : [states]);
