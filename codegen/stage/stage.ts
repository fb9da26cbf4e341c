// A stage: one buffer computed from others by a scalar expression over index variables. The optimizer's fused groups
// arrive in this form; schedules turn a stage into loops. Reshapes, transposes, slices, pads, broadcasts and
// concatenations have become index arithmetic by then.
import type { MemoryType } from '../kernel-ir/types.ts';

/** An index variable running from 0 to extent - 1. Identity is the object. */
export interface Axis {
  readonly name: string;
  readonly extent: number;
}

export type ElementwiseName =
  | 'abs'
  | 'negative'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'sqrt'
  | 'rsqrt'
  | 'cbrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sigmoid'
  | 'tanh'
  | 'erf'
  | 'erf_inv'
  | 'lgamma'
  | 'digamma'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'not'
  | 'is_finite'
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'remainder'
  | 'power'
  | 'maximum'
  | 'minimum'
  | 'atan2'
  | 'next_after'
  | 'and'
  | 'or'
  | 'xor'
  | 'shift_left'
  | 'shift_right'
  | 'shift_right_logical'
  | 'equal'
  | 'not_equal'
  | 'less'
  | 'less_equal'
  | 'greater'
  | 'greater_equal'
  | 'select';

export type StageReduction = 'sum' | 'product' | 'max' | 'min' | 'and' | 'or' | 'argmax' | 'argmin';

/**
 * A scalar value at a point of the iteration space. `type` is the graph's element type (bool for comparisons).
 * Nodes are shared: the same object in two places is one computation.
 */
export type StageExpr =
  | { readonly kind: 'constant'; readonly type: MemoryType; readonly value: number | bigint }
  /** The value of an index expression as a number of `type`. */
  | { readonly kind: 'position'; readonly type: MemoryType; readonly index: IndexExpr }
  | { readonly kind: 'load'; readonly type: MemoryType; readonly buffer: number; readonly indices: readonly IndexExpr[] }
  | { readonly kind: 'elementwise'; readonly type: MemoryType; readonly op: ElementwiseName; readonly args: readonly StageExpr[] }
  | { readonly kind: 'cast'; readonly type: MemoryType; readonly value: StageExpr }
  | { readonly kind: 'bitcast'; readonly type: MemoryType; readonly value: StageExpr }
  /** Over all values of `axes`; argmax and argmin give the index along the only axis. `body` is not read where empty. */
  | {
      readonly kind: 'reduce';
      readonly type: MemoryType;
      readonly op: StageReduction;
      readonly axes: readonly Axis[];
      readonly body: StageExpr;
    }
  /** `body` where every condition holds 0 <= index < extent, else `otherwise`; loads in `body` happen only there. */
  | {
      readonly kind: 'guard';
      readonly type: MemoryType;
      readonly conditions: readonly Bound[];
      readonly body: StageExpr;
      readonly otherwise: StageExpr;
    };

export interface Bound {
  readonly index: IndexExpr;
  /** The guard holds for 0 <= index < extent. */
  readonly extent: number;
}

/** Integer arithmetic on index variables; division and remainder are floored. */
export type IndexExpr =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'axis'; readonly axis: Axis }
  | { readonly kind: 'add'; readonly left: IndexExpr; readonly right: IndexExpr }
  | { readonly kind: 'multiply'; readonly value: IndexExpr; readonly factor: number }
  | { readonly kind: 'divide'; readonly value: IndexExpr; readonly divisor: number }
  | { readonly kind: 'remainder'; readonly value: IndexExpr; readonly divisor: number }
  /** Lowest value 0, highest extent - 1. */
  | { readonly kind: 'clamp'; readonly value: IndexExpr; readonly extent: number }
  /** An integer read from data (gather, dynamic slices). */
  | { readonly kind: 'value'; readonly expr: StageExpr };

/**
 * How a buffer's logical elements lie in memory, in elements from its start:
 * offset + sum over dims of index * stride, where the blocked dim, if any, splits into block and rest:
 * floor(index / block.size) * block.stride + (index mod block.size) * strides[dim].
 */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
  readonly block?: { readonly dim: number; readonly size: number; readonly stride: number };
  /** Zero elements kept before and after each dim, readable at index -before .. extent + after - 1. */
  readonly halo: readonly (readonly [number, number])[];
  /** Total elements, halo and padding of the blocked dim included. */
  readonly elements: number;
}

/** state: lives as long as the program, and every entry point of it finds it where the last run left it; known by its name. */
export type BufferKind = 'input' | 'output' | 'weight' | 'state' | 'scratch';

export interface Buffer {
  readonly id: number;
  readonly name: string;
  readonly kind: BufferKind;
  readonly type: MemoryType;
  /** Logical shape. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** Weights: logical row-major values. */
  readonly data?: ArrayBufferView;
}

/** Computes `output[index(axes)] = body` for all values of `axes`; where the output has dims 1..n the store index is given. */
export interface ComputeStage {
  readonly kind: 'compute';
  /** After the user's layers: `block3_conv1`. */
  readonly name: string;
  readonly output: number;
  readonly axes: readonly Axis[];
  /** Where in the output (logical dims) the value goes; usually the axes themselves, shifted for a part of a concatenation. */
  readonly store: readonly IndexExpr[];
  readonly body: StageExpr;
}

/** What is not one expression per element. Operands and results are whole buffers in row-major layout. */
export type LibraryStage =
  | {
      readonly kind: 'sort';
      readonly name: string;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
      readonly axis: number;
      readonly keys: number;
    }
  | {
      readonly kind: 'top_k';
      readonly name: string;
      readonly input: number;
      readonly values: number;
      readonly indices: number;
      readonly k: number;
    }
  | {
      readonly kind: 'cumulative';
      readonly name: string;
      readonly input: number;
      readonly output: number;
      readonly axis: number;
      readonly op: 'sum' | 'product' | 'max' | 'min';
      readonly reverse: boolean;
    }
  /** output is initialised by an earlier stage; then each update is applied in order of the axes. Guarded stores are skipped. */
  | {
      readonly kind: 'scatter';
      readonly name: string;
      readonly output: number;
      readonly axes: readonly Axis[];
      readonly store: readonly IndexExpr[];
      readonly conditions: readonly Bound[];
      readonly op: 'update' | 'add' | 'multiply' | 'min' | 'max';
      readonly body: StageExpr;
    }
  | { readonly kind: 'random_bits'; readonly name: string; readonly key: number; readonly output: number };

export type Stage = ComputeStage | LibraryStage;

/** Control flow around stages; bodies copy their results into the carried buffers themselves. */
export type ProgramStep =
  | { readonly kind: 'stage'; readonly stage: Stage }
  /** `index` is a buffer holding an int32 scalar, already clamped. */
  | { readonly kind: 'branch'; readonly index: number; readonly branches: readonly (readonly ProgramStep[])[] }
  /** Runs `test`, stops when the bool scalar `condition` is 0, runs `body`, again. */
  | { readonly kind: 'while'; readonly test: readonly ProgramStep[]; readonly condition: number; readonly body: readonly ProgramStep[] }
  /** Runs `body` `count` times, with the int32 scalar buffer `counter` set to 0, 1, ... before each. */
  | { readonly kind: 'repeat'; readonly count: number; readonly counter: number; readonly body: readonly ProgramStep[] };

export interface Program {
  readonly name: string;
  readonly buffers: readonly Buffer[];
  readonly steps: readonly ProgramStep[];
  /** Buffer ids of inputs and outputs, in the model's order, with the user's names. */
  readonly inputs: readonly { readonly name: string; readonly buffer: number }[];
  readonly outputs: readonly { readonly name: string; readonly buffer: number }[];
}
