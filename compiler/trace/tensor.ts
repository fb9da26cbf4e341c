// A tensor: a type and where its value comes from. Concrete tensors and tracers are the same class, so every
// `ops.*` function is written once; a value is computed when somebody reads it, the whole expression at once.
import { assert } from '../errors/index.ts';
import type { DataArray, DType } from '../ir/dtype.ts';
import type { TensorType } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import type { PrimitiveName, PrimitiveParams } from '../ir/primitives/params.ts';
import type { Primitive } from '../ir/primitives/primitive.ts';
import { elementCount, type Shape } from '../ir/shape.ts';
import { currentScope, currentTrace } from './context.ts';
import { evaluateTensors } from './evaluate.ts';
import type { Variable } from './variable.ts';

/** One use of a primitive. Its level is the trace that made it (0: eager), so that inner traces see what they capture. */
export interface Application<P extends PrimitiveName = PrimitiveName> {
  readonly op: P;
  readonly params: PrimitiveParams[P];
  readonly inputs: readonly Tensor[];
  readonly types: readonly TensorType[];
  readonly scope: string;
  readonly level: number;
  readonly results: Tensor[];
}

export type Source =
  | { readonly kind: 'data'; readonly value: NDArray }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'result'; readonly application: Application; readonly index: number };

/** A type, and where the value comes from: `value` and `data` compute it when they are read. Tensors come from `ops.*` and `tensorOf`. */
export class Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Where the value comes from; becomes `data` once computed. */
  source: Source;

  constructor(type: TensorType, source: Source) {
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.source = source;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return elementCount(this.shape);
  }

  /** The value, computed now if need be. Throws TypeError inside a trace. */
  get value(): NDArray {
    if (this.source.kind !== 'data') evaluateTensors([this]);
    assert(this.source.kind === 'data', 'a tensor was evaluated and has no data');
    return this.source.value;
  }

  get data(): DataArray {
    return this.value.data;
  }

  /** The only element of a tensor of size 1. */
  item(): number | bigint {
    assert(this.size === 1, `item() needs one element, found ${this.size}`);
    return this.data[0] as number | bigint;
  }
}

/** Uses a primitive on tensors: infers the types and records the application. */
export function apply<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], ...inputs: readonly Tensor[]): Tensor[] {
  const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
  const types = primitive.infer(inputs, params);
  const application: Application<P> = { op, params, inputs, types, scope: currentScope(), level: currentTrace()?.level ?? 0, results: [] };
  types.forEach((type, index) => {
    application.results.push(new Tensor(type, { kind: 'result', application: application as unknown as Application, index }));
  });
  return application.results;
}

/** A tensor that holds `data`, which it views: do not change it afterwards. */
export function tensorOf(dtype: DType, shape: Shape, data: DataArray): Tensor {
  const value = ndarray(dtype, shape, data);
  return new Tensor(value, { kind: 'data', value });
}
