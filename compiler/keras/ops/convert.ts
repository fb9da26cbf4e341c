// How the arguments of `ops.*` become tensors: conversion of bare numbers and arrays, promotion, broadcasting.
import { quote, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import { broadcastShapes } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { toTensor as convert, hasDType, type NestedNumbers, type TensorLike } from '../engine/tensor-like.ts';
import { floatType, type PromotionDType, resultType, weakDType } from './promotion.ts';

export type { TensorLike } from '../engine/tensor-like.ts';

/** A list of tensors that are promoted together. */
export type TensorList = readonly TensorLike[];

const isScalar = (value: unknown): value is number | bigint | boolean => ['number', 'bigint', 'boolean'].includes(typeof value);

/** `value` as a tensor, cast to `dtype` where given. As in Keras, whole numbers become int32, others float32, booleans bool. */
export function toTensor(value: TensorLike, dtype?: DType): Tensor {
  // To bool means "is not 0", which is true of NaN: a conversion of values, not of what the host takes for true.
  if (dtype === 'bool') return lax.cast(toTensor(value), 'bool');
  if (isScalar(value)) return lax.scalar(value, dtype ?? resultType(weakDType(value)));
  if (Array.isArray(value)) return convert(value as NestedNumbers, dtype ?? nestedDType(value as NestedNumbers));
  if (typeof value !== 'object' || value === null) {
    throw new ValueError(`Expected a tensor, an array or a number. Received: ${quote(value)}`, { code: 'not-a-tensor' });
  }
  return convert(value, dtype);
}

function nestedDType(value: NestedNumbers): DType {
  const leaves = (value as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as (number | bigint | boolean)[];
  return resultType(...new Set(leaves.map(weakDType)));
}

/** `value` as a floating-point tensor: floats stay what they are, all else becomes float32. */
export function toFloat(value: TensorLike): Tensor {
  const tensor = toTensor(value);
  return lax.cast(tensor, floatType(tensor.dtype));
}

/** The numbers of an argument that must be known while tracing: a number, a list, or a concrete tensor. */
export function toNumbers(value: TensorLike): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value as number[];
  return Array.from(toTensor(value).data as ArrayLike<number | bigint>, Number);
}

/** A list of tensors; a tensor stands for its slices along the first axis. */
export function toList(values: TensorList | TensorLike): readonly TensorLike[] {
  if (Array.isArray(values)) return values as readonly TensorLike[];
  const tensor = toTensor(values as TensorLike);
  const shape = tensor.shape.slice(1);
  return Array.from({ length: tensor.shape[0] ?? 0 }, (_, index) => {
    const start = tensor.shape.map((_size, axis) => (axis === 0 ? index : 0));
    const limit = tensor.shape.map((size, axis) => (axis === 0 ? index + 1 : size));
    return lax.reshape(lax.slice(tensor, start, limit), shape);
  });
}

/** The dtype with which a value takes part in promotion: bare numbers are weak. */
export function promotionDType(value: TensorLike): PromotionDType {
  if (isScalar(value)) return weakDType(value);
  // A variable is read, because a layer of mixed precision reads it in another dtype than its own.
  return hasDType(value) && !(value instanceof Variable) ? value.dtype : toTensor(value).dtype;
}

/** All values as tensors of their common dtype, each with its own shape. */
export function promoteAll(values: readonly TensorLike[]): Tensor[] {
  const dtype = resultType(...values.map(promotionDType));
  return values.map((value) => toTensor(value, dtype));
}

/** Repeats all tensors to their common shape. */
export function broadcastAll(tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.map((tensor) => tensor.shape).reduce((a, b) => broadcastShapes(a, b));
  return tensors.map((tensor) => lax.broadcastTo(tensor, shape));
}

/** Two operands in their common dtype and shape, ready for an elementwise primitive. */
export function promotePair(x1: TensorLike, x2: TensorLike): readonly [Tensor, Tensor] {
  return broadcastAll(promoteAll([x1, x2])) as [Tensor, Tensor];
}

/** As `promotePair`, for functions that only floats have. */
export function promoteFloatPair(x1: TensorLike, x2: TensorLike): readonly [Tensor, Tensor] {
  const dtype = floatType(resultType(promotionDType(x1), promotionDType(x2)));
  return broadcastAll([toTensor(x1, dtype), toTensor(x2, dtype)]) as [Tensor, Tensor];
}

/** A constant of a tensor's dtype and shape. */
export const fullAs = (like: Tensor, value: number | bigint | boolean): Tensor => lax.full(like.shape, value, like.dtype);

/** A tensor of arbitrary function values that are known while tracing. */
export const constantOf = (values: NestedNumbers, dtype: DType): Tensor => convert(values, dtype);
