// Rules for sums and products with constants. Constants move outwards and together, and a factor per channel moves into
// the weights before it, which is how BatchNormalization disappears into the convolution that it follows.

import { isFloat } from '../../ir/dtype.ts';
import type { TensorType, Value } from '../../ir/graph.ts';
import { elementCount } from '../../ir/shape.ts';
import type { Rule, RuleContext } from './rule.ts';

/** A constant, or a broadcast of one. */
const isConstant = (value: Value, { constantOf, producedBy }: RuleContext): boolean => {
  if (constantOf(value)) return true;
  const broadcast = producedBy(value, 'broadcast');
  return broadcast !== undefined && constantOf(broadcast.inputs[0] as Value) !== undefined;
};

/** The one value that all elements of a constant have. */
function uniformValue(value: Value, context: RuleContext): number | undefined {
  const source = context.constantOf(value) ?? context.constantOf((context.producedBy(value, 'broadcast')?.inputs[0] as Value) ?? value);
  if (!source || elementCount(source.shape) !== 1 || source.dtype === 'float16' || source.dtype === 'bfloat16') return undefined;
  return Number(source.data[0]);
}

/** Puts the constant operand second. */
function constantLast(inputs: readonly Value[], context: RuleContext): readonly [Value, Value] | undefined {
  const [left, right] = inputs as [Value, Value];
  if (isConstant(right, context) && !isConstant(left, context)) return [left, right];
  if (isConstant(left, context) && !isConstant(right, context)) return [right, left];
  return undefined;
}

/**
 * Combines two constants of the shape of a result without storing that shape: where both are broadcasts along the
 * same axes the sources are combined, otherwise the smaller broadcast is widened to the axes of the other.
 */
function combine(op: 'add' | 'multiply', a: Value, b: Value, context: RuleContext): Value | undefined {
  const left = context.producedBy(a, 'broadcast');
  const right = context.producedBy(b, 'broadcast');
  if (!left || !right) return context.emit(op, {}, [a, b]);
  const axes = [...new Set([...left.params.axes, ...right.params.axes])].sort((x, y) => x - y);
  const shape = axes.map((axis) => a.type.shape[axis] as number);
  const widen = (node: typeof left): Value =>
    context.emit('broadcast', { shape, axes: node.params.axes.map((axis) => axes.indexOf(axis)) }, node.inputs);
  if (elementCount(shape) > 1 << 20) return undefined;
  const joined = context.emit(op, {}, [widen(left), widen(right)]);
  return context.emit('broadcast', { shape: a.type.shape, axes }, [joined]);
}

/** x + 0 = x and x * 1 = x, also for NaN and infinities; -0 + 0 = 0 is accepted. */
const neutral =
  (op: 'add' | 'multiply'): Rule<'add'> & Rule<'multiply'> =>
  ({ inputs }, context) => {
    const ordered = constantLast(inputs, context);
    return ordered && uniformValue(ordered[1], context) === (op === 'add' ? 0 : 1) ? ordered[0] : undefined;
  };

/** (x op c) op d = x op (c op d) for constants c, d. */
const associate =
  (op: 'add' | 'multiply'): Rule<'add'> & Rule<'multiply'> =>
  ({ inputs }, context) => {
    const ordered = constantLast(inputs, context);
    if (!ordered) return undefined;
    const inner = context.producedBy(ordered[0], op);
    const innerOrdered = inner && context.hasOneUse(ordered[0]) ? constantLast(inner.inputs, context) : undefined;
    const joined = innerOrdered && combine(op, innerOrdered[1], ordered[1], context);
    return innerOrdered && joined && context.emit(op, {}, [innerOrdered[0], joined]);
  };

/** (x + c) * d = x * d + c * d for constants c, d: the product can then move into the weights. */
const distribute: Rule<'multiply'> = ({ inputs }, context) => {
  const ordered = constantLast(inputs, context);
  const sum = ordered && context.hasOneUse(ordered[0]) ? context.producedBy(ordered[0], 'add') : undefined;
  const summands = sum && constantLast(sum.inputs, context);
  if (!ordered || !summands || !isWeighted(summands[0], context)) return undefined;
  const shift = combine('multiply', summands[1], ordered[1], context);
  return shift && context.emit('add', {}, [context.emit('multiply', {}, [summands[0], ordered[1]]), shift]);
};

/** A contraction with constant weights, whose factors are worth moving. */
const isWeighted = (value: Value, context: RuleContext): boolean => {
  const node = context.producedBy(value, 'convolution') ?? context.producedBy(value, 'dot_general');
  return node !== undefined && context.constantOf(node.inputs[1] as Value) !== undefined && context.hasOneUse(value);
};

/** The source of a constant that varies along the last axis only, as a vector. */
function lastAxisVector(value: Value, type: TensorType, context: RuleContext): Value | undefined {
  const last = type.shape.length - 1;
  const broadcast = context.producedBy(value, 'broadcast');
  if (!broadcast) return undefined;
  if (broadcast.params.axes.length === 1 && broadcast.params.axes[0] === last) return broadcast.inputs[0];
  return broadcast.params.axes.length === 0
    ? context.emit('broadcast', { shape: [type.shape[last] as number], axes: [] }, broadcast.inputs)
    : undefined;
}

/** conv(x, k) * s = conv(x, k * s), as s multiplies each output channel, the kernel's last axis. */
const scaleConvolution: Rule<'multiply'> = ({ inputs }, context) => {
  const ordered = constantLast(inputs, context);
  const node = ordered && isWeighted(ordered[0], context) ? context.producedBy(ordered[0], 'convolution') : undefined;
  const scale = ordered && node && lastAxisVector(ordered[1], ordered[0].type, context);
  if (!node || !scale) return undefined;
  const [input, kernel] = node.inputs as [Value, Value];
  const factors = context.emit('broadcast', { shape: kernel.type.shape, axes: [kernel.type.shape.length - 1] }, [scale]);
  return context.emit('convolution', node.params, [input, context.emit('multiply', {}, [kernel, factors])]);
};

/** (x . w) * s = x . (w * s) where s multiplies the only free axis of w, the last one of both. */
const scaleDot: Rule<'multiply'> = ({ inputs }, context) => {
  const ordered = constantLast(inputs, context);
  const node = ordered && isWeighted(ordered[0], context) ? context.producedBy(ordered[0], 'dot_general') : undefined;
  const scale = ordered && node && lastAxisVector(ordered[1], ordered[0].type, context);
  if (!node || !scale) return undefined;
  const [input, weights] = node.inputs as [Value, Value];
  const bound = [...node.params.rhsContracting, ...node.params.rhsBatch];
  const free = weights.type.shape.map((_, axis) => axis).filter((axis) => !bound.includes(axis));
  if (free.length !== 1) return undefined;
  const factors = context.emit('broadcast', { shape: weights.type.shape, axes: free }, [scale]);
  return context.emit('dot_general', node.params, [input, context.emit('multiply', {}, [weights, factors])]);
};

/** x - c = x + (-c) for floats, so that the rules for sums apply. */
const subtractConstant: Rule<'subtract'> = ({ inputs }, context) => {
  const [left, right] = inputs as [Value, Value];
  if (!isFloat(left.type.dtype) || !isConstant(right, context)) return undefined;
  return context.emit('add', {}, [left, mapBroadcast('negative', right, context)]);
};

/** x / c = x * (1 / c) where c is a power of two, the only case without a rounding of its own. */
const divideByPowerOfTwo: Rule<'divide'> = ({ inputs }, context) => {
  const [left, right] = inputs as [Value, Value];
  const divisor = left.type.dtype === 'float32' ? uniformValue(right, context) : undefined;
  if (divisor === undefined || divisor === 0 || !Number.isFinite(divisor) || !Number.isInteger(Math.log2(Math.abs(divisor))))
    return undefined;
  const reciprocal = context.constant({ dtype: 'float32', shape: [], data: Float32Array.of(1 / divisor) });
  return context.emit('multiply', {}, [left, context.emit('broadcast', { shape: left.type.shape, axes: [] }, [reciprocal])]);
};

function mapBroadcast(op: 'negative', value: Value, context: RuleContext): Value {
  const broadcast = context.producedBy(value, 'broadcast');
  if (!broadcast) return context.emit(op, {}, [value]);
  return context.emit('broadcast', broadcast.params, [context.emit(op, {}, broadcast.inputs)]);
}

export const ADD_RULES = [neutral('add'), associate('add')];
export const MULTIPLY_RULES = [neutral('multiply'), associate('multiply'), scaleConvolution, scaleDot, distribute];
export const SUBTRACT_RULES = [subtractConstant];
export const DIVIDE_RULES = [divideByPowerOfTwo];
