// Makes public ops out of functions on tensors: called with a KerasTensor, an op becomes a node of a model's graph.
import type { Tensor } from '../../trace/tensor.ts';
import { toCamelCase } from '../saving/key-case.ts';
import { Callable } from './callable.ts';
import { inferSpec } from './infer-spec.ts';
import { hasKerasTensor, isKerasTensor, type KerasTensor } from './keras-tensor.ts';
import { autoName } from './names.ts';
import { Node, type Operation } from './node.ts';
import { mapStructure, type Nested } from './structure.ts';

type OpBody = (...args: never[]) => unknown;

/** A parameter that takes a tensor takes a KerasTensor too; so does a list of them. */
type Symbolic<T> = Tensor extends T
  ? T | KerasTensor
  : T extends readonly (infer E)[]
    ? Tensor extends E
      ? readonly (E | KerasTensor)[]
      : T
    : T;
type SymbolicParameters<P extends unknown[]> = { [K in keyof P]: Symbolic<P[K]> };
type SymbolicResult<R> = R extends Tensor ? KerasTensor : R extends readonly (infer E)[] ? SymbolicResult<E>[] : R;
type Parameters<F extends OpBody> = F extends (...args: infer P) => unknown ? P : never;

/** An op: on tensors as written, on KerasTensors symbolic. */
export interface Op<F extends OpBody> {
  (...args: Parameters<F>): ReturnType<F>;
  (...args: SymbolicParameters<Parameters<F>>): SymbolicResult<ReturnType<F>>;
}

/** What a model file needs to know to call an op: its positional parameters, tensors and others, in order. */
export interface OpDefinition {
  /** Snake case, as in `keras.ops`: `expand_dims`. */
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: (...args: unknown[]) => unknown;
  readonly traits: OpTraits;
}

export interface OpTraits {
  /** Results may be smaller for small unknown dimensions: `x[:2]` has at most 2 rows. */
  readonly shrinks?: boolean;
}

const definitions = new Map<string, OpDefinition>();

/** The op of this name (`expand_dims`), if there is one. */
export const findOp = (name: string): OpDefinition | undefined => definitions.get(name);

/** `*operands`: any number of tensors. */
export const isVariadic = (parameter: string): boolean => parameter.startsWith('*');

/** One use of an op in a model's graph. */
export class OpInstance extends Callable implements Operation {
  readonly definition: OpDefinition;
  readonly name: string;
  readonly inboundNodes: Node[] = [];
  /** Arguments that a model file holds apart from the tensors. */
  readonly fixed: Readonly<Record<string, unknown>> | undefined;

  constructor(definition: OpDefinition, name?: string, fixed?: Readonly<Record<string, unknown>>) {
    super();
    this.definition = definition;
    this.name = name ?? autoName(definition.name);
    this.fixed = fixed;
  }

  /** Keras's class of the operation: `ExpandDims`. */
  get className(): string {
    return toPascalCase(this.definition.name);
  }

  /** Calls it as a model file says: tensors by position, other arguments by name. */
  invokeNamed(args: readonly unknown[], named: Readonly<Record<string, unknown>>): unknown {
    return this.invoke(...mergeArguments(this.definition, args, { ...this.fixed, ...named }));
  }

  override invoke(...args: readonly unknown[]): unknown {
    if (!hasKerasTensor(args)) return this.definition.body(...args);
    const spec = inferSpec(this.definition.body, args, { probesSmall: this.definition.traits.shrinks ?? false });
    const leaves: KerasTensor[] = [];
    mapStructure(spec as Nested<unknown>, (leaf) => {
      if (isKerasTensor(leaf)) leaves.push(leaf);
    });
    // A result without tensors (a shape) is a plain value, not a place in the graph.
    if (leaves.length > 0) new Node(this, args, {}, spec as Nested<KerasTensor>);
    return spec;
  }
}

const toPascalCase = (name: string): string => name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The arguments in the op's order: named ones in their places, positional ones in the others; what is no parameter is an option. */
function mergeArguments(definition: OpDefinition, positional: readonly unknown[], named: Readonly<Record<string, unknown>>): unknown[] {
  const waiting = [...positional];
  const options = { ...named };
  const single = definition.parameters.filter((parameter) => !isVariadic(parameter));
  const filled = single.map((parameter) => {
    const key = toCamelCase(parameter);
    if (!(key in options)) return waiting.shift();
    const value = options[key];
    delete options[key];
    return value;
  });
  return [...filled, ...waiting, ...(Object.keys(options).length > 0 ? [options] : [])];
}

/**
 * Makes a public op. `body` gets tensors (and whatever else the caller passed: numbers and arrays go through `toTensor`).
 *
 * @param name Keras's name in snake case
 * @param parameters the names of the positional parameters in Keras's order; optional ones come as one object after them
 */
export function defineOp<F extends OpBody>(name: string, parameters: readonly string[], body: F, traits: OpTraits = {}): Op<F> {
  const definition: OpDefinition = { name, parameters, body: body as unknown as OpDefinition['body'], traits };
  definitions.set(name, definition);
  const op = (...args: unknown[]): unknown =>
    hasKerasTensor(args) ? new OpInstance(definition).invoke(...args) : definition.body(...args);
  return op as unknown as Op<F>;
}
