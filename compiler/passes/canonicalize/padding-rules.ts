// Rules that let a window operation do its own padding, so that the padded tensor never exists.
import type { Value } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Rule } from './rule.ts';

const isZero = (value: NDArray | undefined): boolean => value !== undefined && Number(value.data[0]) === 0;

/** conv(pad(x, 0)) pads as the convolution itself does, if batch and channels are left alone. */
const convolutionOfPad: Rule<'convolution'> = ({ params, inputs }, { producedBy, constantOf, emit }) => {
  const [input, kernel] = inputs as [Value, Value];
  const pad = producedBy(input, 'pad');
  if (!pad || !isZero(constantOf(pad.inputs[1] as Value))) return undefined;
  const { low, high, interior } = pad.params;
  const last = low.length - 1;
  const spatial = low.map((_, axis) => axis).slice(1, last);
  const untouched = [0, last].every((axis) => low[axis] === 0 && high[axis] === 0);
  if (!untouched || interior.some((amount) => amount !== 0) || params.inputDilation.some((dilation) => dilation !== 1)) return undefined;
  const padding = params.padding.map(([before, after], index) => {
    const axis = spatial[index] as number;
    return [before + (low[axis] as number), after + (high[axis] as number)] as const;
  });
  return emit('convolution', { ...params, padding }, [pad.inputs[0] as Value, kernel]);
};
export const CONVOLUTION_RULES = [convolutionOfPad];

/** A sum over windows pads with zeros itself. */
const sumWindowOfPad: Rule<'reduce_window'> = ({ params, inputs }, { producedBy, constantOf, emit }) => {
  const pad = producedBy(inputs[0] as Value, 'pad');
  if (params.kind !== 'sum' || !pad || !isZero(constantOf(pad.inputs[1] as Value)) || pad.params.interior.some((amount) => amount !== 0))
    return undefined;
  const padding = params.padding.map(
    ([before, after], axis) => [before + (pad.params.low[axis] as number), after + (pad.params.high[axis] as number)] as const,
  );
  return emit('reduce_window', { ...params, padding }, [pad.inputs[0] as Value]);
};
export const REDUCE_WINDOW_RULES = [sumWindowOfPad];
