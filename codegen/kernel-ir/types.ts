// Kernel IR: typed loops, vectors and buffers. Schedules build it, emitters print it, and neither decides the other's part.
//
// Values live in registers of a register type; memory may hold narrower types, converted by load and store. A
// pointer is typed by the memory it addresses and counts in elements of it. Functions take pointers and numbers
// and return nothing. Nothing in here names a language, so that C++, WebAssembly, CUDA, OpenCL and WGSL print the same tree
// (a printer without pointers prints a pointer as an index into the parameter it came from).

/** What a register holds. `index` is the target's size of an offset (64 bits in C++, 32 in WebAssembly). */
export type RegisterScalar = 'bool' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'index';

/** What memory holds. bool is a byte 0 or 1; f16 and bf16 are converted to f32 by load, narrow integers to i32 or u32. */
export type MemoryType = 'bool' | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f16' | 'bf16' | 'f32' | 'f64';

/** global: shared by all; workgroup: shared by the lanes of a group (GPU); register: private to a thread. */
export type MemorySpace = 'global' | 'workgroup' | 'register';

/** A register of `lanes` scalars; lanes 1 is a scalar. A vector of bool is a mask (all bits of a lane equal). */
export interface RegisterType {
  readonly scalar: RegisterScalar;
  readonly lanes: number;
}

export interface PointerType {
  readonly pointer: MemoryType;
  readonly space: MemorySpace;
}

export type KernelType = RegisterType | PointerType;

export type UnaryOp = 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'not';
/**
 * min(a, b) is `b < a ? b : a` and max(a, b) is `a < b ? b : a`: a NaN in `a` stays, one in `b` does not.
 * Integers wrap; div and rem truncate and are only used with non-zero divisors; shr follows the sign of the type.
 */
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'rem' | 'min' | 'max' | 'and' | 'or' | 'xor' | 'shl' | 'shr';
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type LaneReduction = 'add' | 'mul' | 'min' | 'max';

export type Expr =
  /** One value for all lanes. 64-bit integers may be bigint. */
  | { readonly kind: 'constant'; readonly type: RegisterType; readonly value: number | bigint }
  /** 0, 1, 2, ... one per lane. */
  | { readonly kind: 'lanes'; readonly type: RegisterType }
  | { readonly kind: 'local'; readonly type: KernelType; readonly name: string }
  | { readonly kind: 'unary'; readonly type: RegisterType; readonly op: UnaryOp; readonly value: Expr }
  | { readonly kind: 'binary'; readonly type: RegisterType; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  /** a * b + c, rounded once or twice as the target does it best. */
  | { readonly kind: 'mulAdd'; readonly type: RegisterType; readonly a: Expr; readonly b: Expr; readonly c: Expr }
  | { readonly kind: 'compare'; readonly type: RegisterType; readonly op: CompareOp; readonly left: Expr; readonly right: Expr }
  /** Both sides are computed. */
  | { readonly kind: 'select'; readonly type: RegisterType; readonly condition: Expr; readonly onTrue: Expr; readonly onFalse: Expr }
  /** By value; floats to integers truncate and saturate, NaN gives 0; to bool is `!= 0`. */
  | { readonly kind: 'convert'; readonly type: RegisterType; readonly value: Expr }
  /** Rounds or wraps to what memory of type `to` would hold, and back: the value a store and load would give. */
  | { readonly kind: 'narrow'; readonly type: RegisterType; readonly to: MemoryType; readonly value: Expr }
  | { readonly kind: 'bitcast'; readonly type: RegisterType; readonly value: Expr }
  | { readonly kind: 'splat'; readonly type: RegisterType; readonly value: Expr }
  | { readonly kind: 'extract'; readonly type: RegisterType; readonly value: Expr; readonly lane: number }
  | { readonly kind: 'reduceLanes'; readonly type: RegisterType; readonly op: LaneReduction; readonly value: Expr }
  /** `lanes` consecutive elements from `pointer + offset`; alignment is not assumed. */
  | { readonly kind: 'load'; readonly type: RegisterType; readonly pointer: Expr; readonly offset: number }
  /** pointer + index elements. */
  | { readonly kind: 'advance'; readonly type: PointerType; readonly pointer: Expr; readonly index: Expr };

/** serial: a loop. workgroup and lane: iterations run at once on a GPU (a loop on CPU-like targets). */
export type LoopAxis = 'serial' | 'workgroup' | 'lane';

export type Statement =
  /** Declares a mutable local of the function (names are unique in a function). */
  | { readonly kind: 'let'; readonly name: string; readonly type: KernelType; readonly value: Expr }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'store'; readonly pointer: Expr; readonly offset: number; readonly value: Expr }
  /** for (name = from; name < to; name += step); `name` is an index local of its own. */
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly from: Expr;
      readonly to: Expr;
      readonly step: number;
      readonly axis: LoopAxis;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly condition: Expr; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly condition: Expr; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expr[] }
  /** A private array of constant size, zeroed when the function starts is NOT promised; `name` is a pointer local. */
  | { readonly kind: 'array'; readonly name: string; readonly type: PointerType; readonly elements: number }
  /** All lanes of a workgroup arrive before any goes on; nothing on CPU-like targets. */
  | { readonly kind: 'barrier' }
  | { readonly kind: 'comment'; readonly text: string };

export interface Parameter {
  readonly name: string;
  readonly type: KernelType;
  /** The function writes through this pointer. */
  readonly writes?: boolean;
}

export interface KernelFunction {
  /** Says all of it: `block3_conv1__f32_conv_relu_6x16`; unique in the module, an identifier in every language. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** Small and hot: the emitter may inline it into its callers. */
  readonly inline?: boolean;
}
