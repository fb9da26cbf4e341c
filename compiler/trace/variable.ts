// A variable: state that a traced function reads and assigns, and that a compiled program takes as a parameter.
import { formatShape, ValueError } from '../errors/index.ts';
import type { DType } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { type Shape, sameShape } from '../ir/shape.ts';
import { currentTrace } from './context.ts';
import { Tensor } from './tensor.ts';

export interface VariableOptions {
  readonly name: string;
  readonly trainable?: boolean;
}

/** Whoever keeps a variable's value for a while: a compiled program in whose memory it lives. */
export interface VariableHolder {
  /** The present value, which the caller does not change. */
  read(): NDArray;
  write(value: NDArray): void;
}

/** A tensor whose value may change: `assign` gives it another one of the same shape. */
export class Variable {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly name: string;
  /** Keras's path, `dense/kernel`; a layer sets it when it takes the variable. */
  path: string;
  trainable: boolean;
  #current: Tensor;
  #holder: VariableHolder | undefined;

  constructor(initial: Tensor, { name, trainable = true }: VariableOptions) {
    this.shape = initial.shape;
    this.dtype = initial.dtype;
    this.name = name;
    this.path = name;
    this.trainable = trainable;
    this.#current = initial;
  }

  /** The value as a tensor: a leaf inside a trace, the present value outside. */
  read(): Tensor {
    const trace = currentTrace();
    if (!trace) return this.#present();
    return trace.assigned.get(this) ?? new Tensor(this, { kind: 'variable', variable: this });
  }

  /** The value on the host. */
  get value(): NDArray {
    return this.#present().value;
  }

  /** Who keeps the value; undefined where the variable does so itself. */
  get holder(): VariableHolder | undefined {
    return this.#holder;
  }

  /** Leaves the value to a holder, which must have it already; without one the variable takes it back. */
  hold(holder: VariableHolder | undefined): void {
    this.#current = this.#present();
    this.#holder = holder;
  }

  /** Gives the variable a new value of the same shape; inside a trace this becomes an update of the program. */
  assign(next: Tensor): void {
    if (!sameShape(next.shape, this.shape)) {
      throw new ValueError(
        `The shape of the target variable and the shape of the target value in \`variable.assign(value)\` must match. ` +
          `variable.shape=${formatShape(this.shape)}, Received: value.shape=${formatShape(next.shape)}. Target variable: ${this.path}`,
        { code: 'variable-shape' },
      );
    }
    const trace = currentTrace();
    if (trace) trace.assigned.set(this, next);
    else if (this.#holder) this.#holder.write(next.value);
    else this.#current = next;
  }

  #present(): Tensor {
    const value = this.#holder?.read();
    if (!value || (this.#current.source.kind === 'data' && this.#current.source.value === value)) return this.#current;
    return new Tensor(value, { kind: 'data', value });
  }
}
