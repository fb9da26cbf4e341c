// The sizes of a cell's output and states, and the states it begins with.
import type { Tensor } from '../../../trace/tensor.ts';
import type { Nested } from '../../engine/structure.ts';
import * as ops from '../../ops/index.ts';
import type { StateSize, StepCell } from './step-cell.ts';

const firstSize = (size: StateSize): number => (typeof size === 'number' ? size : firstSize(size[0] as StateSize));

/** The features of the cell's output. */
export const outputSizeOf = (cell: StepCell): number => cell.outputSize ?? firstSize(cell.stateSize);

/** The states that the cell begins with: zeros unless it says otherwise. */
export function initialStateOf(cell: StepCell, batch: number): Nested<Tensor> {
  if (cell.getInitialState) return cell.getInitialState(batch);
  const zerosOf = (size: StateSize): Nested<Tensor> =>
    typeof size === 'number' ? ops.zeros([batch, size], { dtype: cell.computeDtype }) : size.map(zerosOf);
  return zerosOf(cell.stateSize);
}
