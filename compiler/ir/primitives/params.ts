// Every primitive of the graph and its parameters. Everything in `ops.*` is made from these.
//
// Conventions: shapes and axes are non-negative and in range (ops normalise them); elementwise operands have
// equal shapes and dtypes (ops broadcast and cast them first); images are N, spatial..., C and kernels are
// spatial..., I, O (ops transpose other layouts).
import type { DType } from '../dtype.ts';
import type { Graph } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { Shape } from '../shape.ts';

type None = Readonly<Record<never, never>>;

/** Elementwise on one operand; the result has the operand's type. */
export const UNARY = [
  'abs',
  'negative',
  'sign',
  'floor',
  'ceil',
  'round',
  'sqrt',
  'rsqrt',
  'cbrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sigmoid',
  'tanh',
  'erf',
  'erf_inv',
  'lgamma',
  'digamma',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'asinh',
  'acosh',
  'atanh',
  'not',
] as const;
export type UnaryName = (typeof UNARY)[number];

/**
 * Elementwise on two operands of one type; the result has that type. `and`, `or`, `xor` take bool and integers. Integers
 * wrap; `divide` truncates them and gives 0 for a divisor of 0; `remainder` has the dividend's sign; shifts by less than
 * 0 or by the width or more leave 0 or the sign; `maximum` and `minimum` give NaN if either operand is NaN.
 */
export const BINARY = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'remainder',
  'power',
  'maximum',
  'minimum',
  'atan2',
  'next_after',
  'and',
  'or',
  'xor',
  'shift_left',
  'shift_right',
  'shift_right_logical',
] as const;
export type BinaryName = (typeof BINARY)[number];

export type CompareDirection = 'equal' | 'not_equal' | 'less' | 'less_equal' | 'greater' | 'greater_equal';
export type ReduceKind = 'sum' | 'product' | 'max' | 'min' | 'and' | 'or';
export type ScatterKind = 'update' | 'add' | 'multiply' | 'min' | 'max';

/** Which operand axes an index vector addresses, as in XLA; index vectors lie along the last axis of `indices`. */
export interface GatherNumbers {
  /** Axes of the result that come from the slice. */
  readonly offsetAxes: readonly number[];
  /** Operand axes of slice size 1 that are dropped from the result. */
  readonly collapsedAxes: readonly number[];
  /** Operand axes shared with `indices` (one slice per position), and the matching axes of `indices`. */
  readonly operandBatchAxes: readonly number[];
  readonly indicesBatchAxes: readonly number[];
  /** Operand axis that component k of an index vector addresses. */
  readonly startIndexMap: readonly number[];
}

export interface PrimitiveParams extends Record<UnaryName | BinaryName, None> {
  /** Operands -> bool. */
  compare: { readonly direction: CompareDirection };
  /** (bool condition, onTrue, onFalse) -> onTrue's type. */
  select: None;
  /** True where the float operand is neither infinite nor NaN -> bool. */
  is_finite: None;
  /** Value conversion: floats to integers truncate, saturate, and NaN gives 0; integers wrap; to bool is `!= 0`. */
  cast: { readonly dtype: DType };
  /** Same bits, other dtype of the same size. */
  bitcast: { readonly dtype: DType };
  /** The operand; its gradient is zero. */
  stop_gradient: None;
  /** The operand; equal computations on both sides of it are not merged. */
  barrier: None;
  /**
   * (...operands, ...results, ...captured) -> results. The cotangents of `connected` operands are the outputs of `backward` for
   * (...operands, ...results, ...cotangents of float results, ...captured).
   */
  custom_gradient: {
    readonly operands: number;
    readonly results: number;
    readonly connected: readonly number[];
    readonly backward: Graph;
  };

  /** () -> the value. */
  constant: { readonly value: NDArray };
  /** () -> 0, 1, 2... along `axis`. */
  iota: { readonly dtype: DType; readonly shape: Shape; readonly axis: number };
  /** Operand axis k becomes result axis `axes[k]` (size 1 or equal); the other result axes repeat it. */
  broadcast: { readonly shape: Shape; readonly axes: readonly number[] };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  reverse: { readonly axes: readonly number[] };
  slice: { readonly start: readonly number[]; readonly limit: readonly number[]; readonly strides: readonly number[] };
  /** (operand, scalar fill); negative low or high crops; `interior` puts fill between elements. */
  pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[] };
  concatenate: { readonly axis: number };
  /** (operand, one int32 scalar start per axis); starts are clamped so that the slice fits. */
  dynamic_slice: { readonly sizes: readonly number[] };
  /** (operand, update, one int32 scalar start per axis); starts are clamped. */
  dynamic_update_slice: None;
  /** (operand, int32 indices) -> slices; indices are clamped so that each slice fits. */
  gather: GatherNumbers & { readonly sliceSizes: readonly number[] };
  /** (operand, int32 indices, updates) -> operand's type; out-of-range updates are dropped; later ones win on `update`. */
  scatter: GatherNumbers & { readonly kind: ScatterKind };

  /** Contracts axes pairwise; result axes: batch, free axes of lhs, free axes of rhs. */
  dot_general: {
    readonly lhsContracting: readonly number[];
    readonly rhsContracting: readonly number[];
    readonly lhsBatch: readonly number[];
    readonly rhsBatch: readonly number[];
  };
  /** (input [N, ...spatial, C], kernel [...spatial, C / featureGroups, O]) -> [N, ...spatial, O]. */
  convolution: {
    readonly strides: readonly number[];
    /** Zeros before and after each spatial axis of the dilated input; may be negative. */
    readonly padding: readonly (readonly [number, number])[];
    /** Zeros between input elements (transposed convolution), 1 = none. */
    readonly inputDilation: readonly number[];
    readonly kernelDilation: readonly number[];
    readonly featureGroups: number;
    readonly batchGroups: number;
  };

  /** Drops `axes`. `sum` and `product` over numbers, `and`/`or` over bool. Empty: the neutral element. */
  reduce: { readonly kind: ReduceKind; readonly axes: readonly number[] };
  /** Index of the first extreme element along `axis`; NaN counts as extreme. Drops the axis. */
  arg_reduce: { readonly kind: 'max' | 'min'; readonly axis: number; readonly dtype: DType };
  /** Windows over all axes; padding counts as the neutral element. */
  reduce_window: {
    readonly kind: 'sum' | 'product' | 'max' | 'min';
    readonly window: readonly number[];
    readonly strides: readonly number[];
    readonly padding: readonly (readonly [number, number])[];
    readonly dilation: readonly number[];
  };
  cumulative: { readonly kind: 'sum' | 'product' | 'max' | 'min'; readonly axis: number; readonly reverse: boolean };
  /** Stable ascending sort of all operands along `axis` by the first `keys` operands, NaN last. */
  sort: { readonly axis: number; readonly keys: number };
  /** -> (values, int32 indices) of the k largest along the last axis, largest first, first index first. */
  top_k: { readonly k: number };
  /** (uint32[2] key) -> uint32 `shape` of threefry2x32 bits. */
  random_bits: { readonly shape: Shape };

  /** (int32 scalar index, ...operands) -> results of `branches[index]`; the index is clamped. */
  cond: { readonly branches: readonly Graph[] };
  /** (...carry) -> carry; `condition` gives a bool scalar. Captured tensors are part of the carry. */
  while: { readonly condition: Graph; readonly body: Graph };
  /** (...constants, ...carry, ...xs) -> (...carry, ...ys); xs and ys stack along axis 0. */
  scan: { readonly body: Graph; readonly length: number; readonly reverse: boolean; readonly constants: number; readonly carries: number };
}

export type PrimitiveName = keyof PrimitiveParams;
