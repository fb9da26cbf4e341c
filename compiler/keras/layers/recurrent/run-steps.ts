// The loop over time of recurrent layers: a scan, or its steps one after the other where unrolling was asked for.
import type { Tensor } from '../../../trace/tensor.ts';
import { flatten, mapStructure, type Nested, packLike } from '../../engine/structure.ts';
import * as ops from '../../ops/index.ts';
import type { PreparedStep, States } from './step-cell.ts';

export interface StepLoop extends Pick<PreparedStep, 'advance' | 'outputIsState'> {
  /** (time, batch, ...). */
  readonly sequences: Tensor;
  readonly initialStates: States;
  /** (time, batch), bool: false where a sequence has no step. */
  readonly mask: Tensor | undefined;
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** Whether the output of a step that is masked is 0; otherwise it is that of the step before. */
  readonly zeroOutputForMask: boolean;
  /** An output of zeros. */
  readonly emptyOutput: () => Tensor;
}

/** All outputs (time, batch, ...) in the order of the steps, or the last one, and the states after the last step. */
export function runSteps(loop: StepLoop): { readonly output: Tensor; readonly states: States } {
  const { returnSequences, mask, goBackwards } = loop;
  const outputIsLastState = !returnSequences && !mask && loop.outputIsState;
  const carriesOutput = returnSequences ? mask !== undefined && !loop.zeroOutputForMask : !outputIsLastState;
  const initial = [carriesOutput ? [loop.emptyOutput()] : [], loop.initialStates];
  const step = (carry: Nested<Tensor>, x: Nested<Tensor>): [Nested<Tensor>, Nested<Tensor>] => {
    const [[previous], states] = carry as unknown as [Tensor[], States];
    const [output, next] = maskedStep(loop, x as readonly Tensor[], previous, states);
    return [[carriesOutput ? [output] : [], next], returnSequences ? [output] : []];
  };
  const elements = mask ? [loop.sequences, mask] : [loop.sequences];
  const [last, outputs] = loop.unroll
    ? unrolled(step, initial, elements, goBackwards)
    : (ops.scan(step, initial, elements, { reverse: goBackwards }) as [Nested<Tensor>, Nested<Tensor>]);
  const [[lastOutput], states] = last as unknown as [Tensor[], States];
  const [all] = outputs as readonly Tensor[];
  // A scan keeps its outputs in the order of the elements, Keras in that of the steps.
  if (all) return { output: goBackwards ? ops.flip(all, { axis: 0 }) : all, states };
  return { output: lastOutput ?? (flatten<Tensor>(states)[0] as Tensor), states };
}

function maskedStep(
  { advance, zeroOutputForMask }: StepLoop,
  [input, isReal]: readonly Tensor[],
  previous: Tensor | undefined,
  states: States,
): readonly [Tensor, States] {
  const [output, next] = advance(input as Tensor, states);
  if (!isReal) return [output, next];
  const kept = flatten<Tensor>(states);
  const chosen = flatten<Tensor>(next).map((state, index) => where(isReal, state, kept[index] as Tensor));
  const other = zeroOutputForMask || !previous ? ops.zerosLike(output) : previous;
  return [where(isReal, output, other), packLike(states as Nested<unknown>, chosen) as States];
}

/** The condition has the batch axis alone. */
function where(condition: Tensor, chosen: Tensor, other: Tensor): Tensor {
  const wide = ops.reshape(condition, [condition.shape[0] as number, ...new Array<number>(chosen.rank - 1).fill(1)]);
  return ops.where(wide, chosen, other) as Tensor;
}

type Step = (carry: Nested<Tensor>, x: Nested<Tensor>) => [Nested<Tensor>, Nested<Tensor>];

/** As `scan`, with every step written out. */
function unrolled(step: Step, initial: Nested<Tensor>, elements: readonly Tensor[], reverse: boolean): [Nested<Tensor>, Nested<Tensor>] {
  const slices = elements.map((tensor) => ops.unstack(tensor));
  const order = (slices[0] ?? []).map((_, index) => index);
  if (reverse) order.reverse();
  let carry = initial;
  let like: Nested<Tensor> = [];
  const outputs: Tensor[][] = [];
  for (const index of order) {
    const [next, output] = step(
      carry,
      slices.map((parts) => parts[index] as Tensor),
    );
    carry = next;
    like = output;
    outputs[index] = flatten<Tensor>(output);
  }
  let leaf = 0;
  return [carry, mapStructure(like, () => stackLeaf(outputs, leaf++))];
}

const stackLeaf = (rows: readonly (readonly Tensor[])[], leaf: number): Tensor => ops.stack(rows.map((row) => row[leaf] as Tensor));
