// A symbolic tensor: shape (with unknown dimensions), dtype, and the operation that makes it. Models are built from these.
import { formatShape, UnsupportedError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import { autoName } from './names.ts';
import type { Node } from './node.ts';
import { someLeaf } from './structure.ts';

/** What a symbolic tensor may hold: strings too, which layers that run on the host take. */
export type KerasDType = DType | 'string';

/** A shape whose unknown dimensions are `null`. */
export type KerasShape = readonly (number | null)[];

/** Where a symbolic tensor comes from: output `tensorIndex` of a node. */
export interface KerasHistory {
  readonly node: Node;
  readonly tensorIndex: number;
}

export interface KerasTensorOptions {
  readonly dtype?: KerasDType;
  readonly name?: string;
}

/** A symbolic tensor: shape (null for what may vary), dtype, and the operation that makes it. `Input` gives the first ones. */
export class KerasTensor {
  readonly shape: KerasShape;
  readonly dtype: KerasDType;
  readonly name: string;
  /** Set by the node that makes the tensor. */
  history: KerasHistory | undefined = undefined;

  constructor(shape: KerasShape, { dtype = 'float32', name }: KerasTensorOptions = {}) {
    this.shape = shape;
    this.dtype = dtype;
    this.name = name ?? autoName('keras_tensor');
  }

  get ndim(): number {
    return this.shape.length;
  }

  toString(): string {
    return `<KerasTensor shape=${formatShape(this.shape)}, dtype=${this.dtype}, name=${this.name}>`;
  }

  /** A symbolic tensor has no value: using it as one is a mistake that must not pass silently. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new TypeError(
      'A symbolic KerasTensor cannot be used as a boolean or a number. It has a shape and a dtype but no value: use ops.where, ops.cond or ops.whileLoop.',
    );
  }
}

/** Whether the value is a symbolic tensor. */
export const isKerasTensor = (value: unknown): value is KerasTensor => value instanceof KerasTensor;

/** Whether a call with these arguments is symbolic. */
export const hasKerasTensor = (args: readonly unknown[]): boolean => args.some((value) => someLeaf(value, isKerasTensor));

/** The dtype of a symbolic tensor where only numbers will do. */
export function numericDType({ name, dtype }: { readonly name: string; readonly dtype: KerasDType }): DType {
  if (dtype !== 'string') return dtype;
  throw new UnsupportedError(`'${name}' holds strings, and compiled programs have none.`, {
    code: 'string-tensor',
    cure: 'Strings may only go into StringLookup, TextVectorization, Hashing and HashedCrossing.',
  });
}
