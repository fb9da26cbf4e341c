// Runs a cell along the time axis.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Variable } from '../../../trace/variable.ts';
import type { KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import { Layer, type ShapeStructure } from '../../engine/layer.ts';
import { type CallOptions, splitArguments } from '../../engine/layer-call.ts';
import { flatten, isPlainObject, mapStructure, type Nested } from '../../engine/structure.ts';
import type { TensorLike } from '../../engine/tensor-like.ts';
import * as ops from '../../ops/index.ts';
import { baseOptions, type RegularizedLayerOptions } from '../weight-settings.ts';
import { initialStateOf, outputSizeOf } from './cell-sizes.ts';
import { runSteps } from './run-steps.ts';
import { StackedRNNCells } from './stacked-rnn-cells.ts';
import { asList, prepareStep, type StateSize, type States, type StepCell } from './step-cell.ts';

export interface RNNOptions extends RegularizedLayerOptions {
  /** Whether the outputs of all steps are returned, not just the last. */
  readonly returnSequences?: boolean;
  /** Whether the last states are returned after the output. */
  readonly returnState?: boolean;
  /** Whether time runs from the last step to the first; the outputs come in that order too. */
  readonly goBackwards?: boolean;
  /** Whether a call begins with the states that the call before ended with. */
  readonly stateful?: boolean;
  /** Whether the steps are written out instead of looped over. */
  readonly unroll?: boolean;
  /** Whether masked steps give zeros; otherwise they repeat the output of the step before. */
  readonly zeroOutputForMask?: boolean;
}

export interface RNNCallOptions extends CallOptions {
  /** The states to begin with. */
  readonly initialState?: Nested<TensorLike> | null;
}

/**
 * A cell (inputs, states -> output, states) along axis 1: (batch, time, ...) -> (batch, units), or (batch, time, units)
 * with `returnSequences`; with `returnState` a list of that and the states.
 *
 * @example new layers.RNN(new layers.LSTMCell(32), { returnSequences: true })(x)
 */
export class RNN extends Layer {
  static override readonly positional: readonly string[] = ['cell'];
  static readonly nested: readonly string[] = ['cell'];

  readonly cell: StepCell;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  readonly unroll: boolean;
  zeroOutputForMask: boolean;
  #states: Nested<Variable> | undefined = undefined;
  #batch: number | undefined = undefined;

  /** @param given the cell of a step, or a list of cells that follow each other */
  constructor(given: Layer | readonly Layer[], options: RNNOptions = {}) {
    super(baseOptions(options));
    const cell = Array.isArray(given) ? new StackedRNNCells(given) : (given as Layer);
    if (!('stateSize' in cell)) throw new ValueError('`stateSize` must be specified as property on the RNN cell.', { code: 'cell' });
    this.cell = cell as unknown as StepCell;
    this.returnSequences = options.returnSequences ?? false;
    this.returnState = options.returnState ?? false;
    this.goBackwards = options.goBackwards ?? false;
    this.stateful = options.stateful ?? false;
    this.unroll = options.unroll ?? false;
    this.zeroOutputForMask = options.zeroOutputForMask ?? false;
    this.supportsMasking = true;
  }

  get stateSize(): readonly StateSize[] {
    const size = this.cell.stateSize;
    return typeof size === 'number' ? [size] : size;
  }

  /** What a stateful layer keeps from one call to the next. */
  get states(): Nested<Variable> | undefined {
    return this.#states;
  }

  override get variables(): Variable[] {
    return [...super.variables, ...(this.#states ? flatten<Variable>(this.#states) : [])];
  }

  /** Keras 2 passes initial states in one list with the inputs. */
  override invoke(...args: readonly unknown[]): unknown {
    const { positional, options } = splitArguments(args);
    const [inputs, initial, ...rest] = positional;
    const isList = Array.isArray(inputs) && typeof inputs[0] === 'object' && inputs[0] !== null && 'shape' in inputs[0];
    if (!isList && initial === undefined) return super.invoke(...args);
    const [sequences, ...states] = isList ? (inputs as unknown[]) : [inputs];
    const initialState = initial ?? (states.length > 0 ? states : undefined);
    return super.invoke(sequences, ...rest, initialState === undefined ? options : { ...options, initialState });
  }

  override build(sequencesShape: ShapeStructure): void {
    const [batch = null, , ...features] = sequencesShape as KerasShape;
    if (!this.cell.built) this.cell.build([batch, ...features]);
    if (this.stateful) this.#createStates(batch, sequencesShape as KerasShape);
  }

  #createStates(batch: number | null, shape: KerasShape): void {
    if (batch === null) {
      throw new ValueError(
        `When using \`stateful=True\` in a RNN, the batch size must be static. Found dynamic batch size: sequence.shape=${formatShape(shape)}`,
        { code: 'stateful', cure: 'Give the batch size: Input({ batchShape: [batch, time, features] }).' },
      );
    }
    this.#batch = batch;
    let count = 0;
    this.#states = mapStructure(this.getInitialState(batch), (zeros) => {
      const variable = new Variable(ops.cast(zeros, this.variableDtype), { name: 'rnn_state', trainable: false });
      variable.path = [this.path, `rnn_state${count === 0 ? '' : `_${count}`}`].filter(Boolean).join('/');
      count += 1;
      return variable;
    });
  }

  /** The states that a call begins with: zeros unless the cell says otherwise. */
  getInitialState(batch: number): States {
    return asList(initialStateOf(this.cell, batch));
  }

  /** Sets the states of a stateful layer to zero. */
  resetState(): void {
    if (this.#states) for (const state of flatten<Variable>(this.#states)) state.assign(ops.zeros(state.shape, { dtype: state.dtype }));
  }

  override computeOutputSpec(args: readonly unknown[], options: CallOptions): Nested<KerasTensor> {
    const { shape } = args[0] as KerasTensor;
    if (this.unroll && shape[1] === null) {
      throw new ValueError('Cannot unroll a RNN if the time dimension is undefined.', {
        code: 'unknown-dimension',
        cure: 'Give the number of steps in Input({ shape }), or leave out `unroll`.',
      });
    }
    return super.computeOutputSpec(args.slice(0, 1), options);
  }

  override computeOutputShape(sequencesShape: ShapeStructure): ShapeStructure {
    const [batch = null, time = null] = sequencesShape as KerasShape;
    const size = outputSizeOf(this.cell);
    const output = this.returnSequences ? [batch, time, size] : [batch, size];
    const shapeOf = (state: StateSize): ShapeStructure => (typeof state === 'number' ? [batch, state] : state.map(shapeOf));
    return this.returnState ? [output, ...this.stateSize.map(shapeOf)] : output;
  }

  override computeMask(_inputs: unknown, previousMask: unknown): unknown {
    const [mask] = flatten(previousMask as Nested<unknown>);
    const outputMask = this.returnSequences ? mask : undefined;
    return this.returnState ? [outputMask, ...this.stateSize.map(() => undefined)] : outputMask;
  }

  override call(sequences: Tensor, { initialState, mask, training }: RNNCallOptions = {}): Nested<Tensor> {
    const batch = sequences.shape[0] as number;
    this.#checkBatch(batch);
    const initialStates = this.#initialStates(initialState, batch);
    const step = prepareStep(this.cell, batch, training, this.computeDtype);
    const { output, states } = runSteps({
      ...step,
      sequences: step.project(swapTime(sequences)),
      initialStates,
      mask: timeMajorMask(mask),
      returnSequences: this.returnSequences,
      goBackwards: this.goBackwards,
      unroll: this.unroll,
      zeroOutputForMask: this.zeroOutputForMask,
      emptyOutput: () => this.emptyOutput(initialStates, batch),
    });
    if (this.#states) assignAll(this.#states, states);
    const cast = (tensor: Tensor): Tensor => ops.cast(tensor, this.computeDtype);
    const result = cast(this.returnSequences ? swapTime(output) : output);
    return this.returnState ? [result, ...states.map((state) => mapStructure(state, cast))] : result;
  }

  /** An output of zeros, of one step. */
  protected emptyOutput(_states: States, batch: number): Tensor {
    return ops.zeros([batch, outputSizeOf(this.cell)], { dtype: this.cell.computeDtype });
  }

  #initialStates(given: RNNCallOptions['initialState'], batch: number): States {
    const states = given ?? (this.stateful ? this.#states : undefined) ?? this.getInitialState(batch);
    const dtype: DType = this.cell.computeDtype;
    const list = isSingleTensor(states) ? [states] : (states as readonly Nested<TensorLike>[]);
    return list.map((state) => mapStructure(state as Nested<TensorLike>, (leaf) => ops.cast(leaf, dtype)));
  }

  #checkBatch(batch: number): void {
    if (this.#batch === undefined || batch === this.#batch) return;
    throw new ValueError(
      'If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the initial state. \n' +
        `- Expected batch size: ${this.#batch}\n- Received batch size: ${batch}`,
      { code: 'stateful' },
    );
  }

  override getConfig(): Record<string, unknown> {
    const { returnSequences, returnState, goBackwards, stateful, unroll, zeroOutputForMask, cell } = this;
    return { ...super.getConfig(), returnSequences, returnState, goBackwards, stateful, unroll, zeroOutputForMask, cell };
  }
}

const isSingleTensor = (value: unknown): value is TensorLike => !Array.isArray(value) && !isPlainObject(value);

/** (batch, time, ...) <-> (time, batch, ...). */
const swapTime = (tensor: Tensor): Tensor => ops.swapaxes(tensor, 0, 1);

/** A mask (batch, time) or (batch, time, 1) as (time, batch). */
function timeMajorMask(mask: unknown): Tensor | undefined {
  const [given] = flatten(mask as Nested<Tensor | null | undefined>);
  if (!given) return undefined;
  const flat = given.rank === 2 ? given : ops.reshape(given, given.shape.slice(0, 2));
  return swapTime(ops.cast(flat, 'bool'));
}

function assignAll(variables: Nested<Variable>, values: States): void {
  const tensors = flatten<Tensor>(values);
  flatten<Variable>(variables).forEach((variable, index) => {
    variable.assign(ops.cast(tensors[index] as Tensor, variable.dtype));
  });
}
