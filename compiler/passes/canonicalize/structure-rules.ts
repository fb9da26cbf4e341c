// Rules for data movement: chains of moves become one move, moves that move nothing disappear.
import type { Value } from '../../ir/graph.ts';
import { sameShape } from '../../ir/shape.ts';
import type { Rule } from './rule.ts';

const operand = (inputs: readonly Value[]): Value => inputs[0] as Value;

const reshapeOfReshape: Rule<'reshape'> = ({ params, inputs }, { producedBy, emit }) => {
  const inner = producedBy(operand(inputs), 'reshape');
  return inner && emit('reshape', params, inner.inputs);
};
const reshapeOfNothing: Rule<'reshape'> = ({ params, inputs }) =>
  sameShape(operand(inputs).type.shape, params.shape) ? inputs[0] : undefined;
export const RESHAPE_RULES = [reshapeOfNothing, reshapeOfReshape];

const transposeOfNothing: Rule<'transpose'> = ({ params, inputs }) =>
  params.permutation.every((axis, index) => axis === index) ? inputs[0] : undefined;
const transposeOfTranspose: Rule<'transpose'> = ({ params, inputs }, { producedBy, emit }) => {
  const inner = producedBy(operand(inputs), 'transpose');
  return (
    inner && emit('transpose', { permutation: params.permutation.map((axis) => inner.params.permutation[axis] as number) }, inner.inputs)
  );
};
/** Moving axes of size 1 about changes no order in memory: a reshape says so. */
const transposeOfUnitAxes: Rule<'transpose'> = ({ params, inputs }, { emit }) => {
  const { shape } = operand(inputs).type;
  const moved = params.permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, index) => index === 0 || axis > (moved[index - 1] as number))
    ? emit('reshape', { shape: params.permutation.map((axis) => shape[axis] as number) }, inputs)
    : undefined;
};
export const TRANSPOSE_RULES = [transposeOfNothing, transposeOfTranspose, transposeOfUnitAxes];

const broadcastOfNothing: Rule<'broadcast'> = ({ params, inputs }) =>
  sameShape(operand(inputs).type.shape, params.shape) && params.axes.every((axis, index) => axis === index) ? inputs[0] : undefined;
const broadcastOfBroadcast: Rule<'broadcast'> = ({ params, inputs }, { producedBy, emit }) => {
  const inner = producedBy(operand(inputs), 'broadcast');
  return (
    inner && emit('broadcast', { shape: params.shape, axes: inner.params.axes.map((axis) => params.axes[axis] as number) }, inner.inputs)
  );
};
/** broadcast(reshape(x)) that only dropped or added axes of size 1 is a broadcast of x. */
const broadcastOfReshape: Rule<'broadcast'> = ({ params, inputs }, { producedBy, emit }) => {
  const inner = producedBy(operand(inputs), 'reshape');
  if (!inner) return undefined;
  const source = operand(inner.inputs);
  const kept = (shape: readonly number[]): number[] => shape.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  const from = kept(source.type.shape);
  const to = kept(inner.params.shape);
  const matches =
    from.length === to.length && from.every((axis, index) => source.type.shape[axis] === inner.params.shape[to[index] as number]);
  if (!matches) return undefined;
  const squeezed = emit('reshape', { shape: from.map((axis) => source.type.shape[axis] as number) }, [source]);
  if (squeezed === operand(inputs)) return undefined;
  return emit('broadcast', { shape: params.shape, axes: to.map((axis) => params.axes[axis] as number) }, [squeezed]);
};
/** Axes of size 1 carry nothing: without them equal broadcasts look equal. */
const broadcastOfUnitAxes: Rule<'broadcast'> = ({ params, inputs }, { emit }) => {
  const { shape } = operand(inputs).type;
  if (!shape.includes(1)) return undefined;
  const kept = shape.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  const squeezed = emit('reshape', { shape: kept.map((axis) => shape[axis] as number) }, inputs);
  return emit('broadcast', { shape: params.shape, axes: kept.map((axis) => params.axes[axis] as number) }, [squeezed]);
};
export const BROADCAST_RULES = [broadcastOfNothing, broadcastOfBroadcast, broadcastOfReshape, broadcastOfUnitAxes];

const sliceOfNothing: Rule<'slice'> = ({ params, inputs }) =>
  params.start.every((start) => start === 0) &&
  params.strides.every((stride) => stride === 1) &&
  sameShape(params.limit, operand(inputs).type.shape)
    ? inputs[0]
    : undefined;
export const SLICE_RULES = [sliceOfNothing];

const padOfNothing: Rule<'pad'> = ({ params, inputs }) =>
  [...params.low, ...params.high, ...params.interior].every((amount) => amount === 0) ? inputs[0] : undefined;
export const PAD_RULES = [padOfNothing];

const reverseOfNothing: Rule<'reverse'> = ({ params, inputs }) =>
  params.axes.every((axis) => operand(inputs).type.shape[axis] === 1) ? inputs[0] : undefined;
export const REVERSE_RULES = [reverseOfNothing];

const castOfNothing: Rule<'cast'> = ({ params, inputs }) => (operand(inputs).type.dtype === params.dtype ? inputs[0] : undefined);
export const CAST_RULES = [castOfNothing];

/** Differentiation has happened by now, or never will. */
const stopGradientOfAnything: Rule<'stop_gradient'> = ({ inputs }) => inputs[0];
export const STOP_GRADIENT_RULES = [stopGradientOfAnything];
