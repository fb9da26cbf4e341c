// The base of metrics: state in variables, an update from a batch, and a result, all in ops, so that a trace can hold them.
import { NotImplementedError } from '../../errors/index.ts';
import { allocate, type DType } from '../../ir/dtype.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { Callable } from '../engine/callable.ts';
import { type PolicyLike, toFloatPolicy } from '../engine/dtype-policy.ts';
import { autoName, toSnakeCase } from '../engine/names.ts';
import { get as getInitializer, type InitializerLike } from '../initializers/index.ts';
import type * as ops from '../ops/index.ts';

export interface MetricOptions {
  readonly name?: string | null;
  /** Of the computation and, in most metrics, of the state. Default: `keras.config.floatx()`. */
  readonly dtype?: PolicyLike | null;
}

export interface UpdateOptions {
  /** How much each sample counts, in a shape that fits the targets. */
  readonly sampleWeight?: ops.TensorLike | null | undefined;
}

/** What the update of most metrics takes. */
export type PairArguments = [yTrue: ops.TensorLike, yPred: ops.TensorLike, options?: UpdateOptions];

/** A number, or several under their names. */
export type MetricResult = Tensor | Readonly<Record<string, Tensor>>;

/** Whether larger values are better; undefined where nobody can say. */
export type Direction = 'up' | 'down' | undefined;

export interface MetricVariableOptions {
  readonly name: string;
  /** Default zeros. `resetState` sets zeros in any case. */
  readonly initializer?: InitializerLike;
  /** Default float32. */
  readonly dtype?: DType;
}

/** Called as `metric(yTrue, yPred, { sampleWeight })`: updates the state and returns the result. */
export interface Metric<A extends readonly unknown[] = PairArguments, R extends MetricResult = MetricResult> {
  (...args: A): R;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

/**
 * Subclass it for a metric of your own: make the state with `addVariable` in the constructor, write `updateState` and
 * `result` in `ops.*`. `A` are the arguments of an update, `R` is what `result` returns.
 *
 * @example
 * class Positives extends Metric {
 *   readonly total = this.addVariable([], { name: 'total' });
 *   override updateState(_yTrue: TensorLike, yPred: TensorLike) {
 *     this.total.assign(ops.add(this.total.read(), ops.sum(ops.cast(ops.greater(yPred, 0), 'float32'))));
 *   }
 *   override result() {
 *     return this.total.read();
 *   }
 * }
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export class Metric<A extends readonly unknown[] = PairArguments, R extends MetricResult = MetricResult> extends Callable {
  readonly name: string;
  readonly dtype: DType;
  /** What `mode: 'auto'` of callbacks goes by. */
  readonly direction: Direction = undefined;
  readonly #variables: Variable[] = [];

  constructor({ name, dtype }: MetricOptions = {}) {
    super();
    this.name = name || autoName(toSnakeCase(this.constructor.name));
    this.dtype = toFloatPolicy(dtype).computeDtype;
  }

  /** Adds state that begins as the initializer says and that `resetState` sets to zero. */
  addVariable(shape: Shape, { name, initializer, dtype = 'float32' }: MetricVariableOptions): Variable {
    const make = initializer === undefined ? undefined : getInitializer(initializer);
    const variable = new Variable(make ? make(shape, { dtype }) : zeros(shape, dtype), { name, trainable: false });
    variable.path = `${this.name.replaceAll('/', '>')}/${name}`;
    this.#variables.push(variable);
    return variable;
  }

  /** All state: the metric's own, then that of metrics in its properties. */
  get variables(): readonly Variable[] {
    const properties = Object.values(this).flat() as unknown[];
    const assigned = properties.filter((value) => value instanceof Variable);
    const nested = properties.filter((value) => value instanceof Metric).flatMap((metric) => metric.variables);
    return [...new Set([...this.#variables, ...assigned, ...nested])];
  }

  /** Takes a batch into account. */
  updateState(..._args: A): void {
    throw new NotImplementedError(`${this.constructor.name} has no updateState method.`, { code: 'metric-method' });
  }

  /** The value for all batches since the state was last reset. */
  result(): R {
    throw new NotImplementedError(`${this.constructor.name} has no result method.`, { code: 'metric-method' });
  }

  /** Forgets all batches. */
  resetState(): void {
    for (const variable of this.variables) variable.assign(zeros(variable.shape, variable.dtype));
  }

  override invoke(...args: A): R {
    this.updateState(...args);
    return this.result();
  }

  /** The arguments to make this metric again, in camel case. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, dtype: this.dtype };
  }
}

const zeros = (shape: Shape, dtype: DType): Tensor => tensorOf(dtype, shape, allocate(dtype, elementCount(shape)));
