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

export class Variable {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly name: string;
  /** Keras's path, `dense/kernel`; a layer sets it when it takes the variable. */
  path: string;
  trainable: boolean;
  #current: Tensor;

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
    if (!trace) return this.#current;
    return trace.assigned.get(this) ?? new Tensor(this, { kind: 'variable', variable: this });
  }

  /** The value on the host. */
  get value(): NDArray {
    return this.#current.value;
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
    else this.#current = next;
  }
}
