// Builds the next graph: nodes are added in order, types come from the primitives, equal nodes are made once.
import type { Graph, Node, NodeOf, Parameter, TensorType, Update, Value } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import type { PrimitiveName, PrimitiveParams } from '../ir/primitives/params.ts';
import type { Primitive } from '../ir/primitives/primitive.ts';

export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #producers = new Map<Value, Node>();
  readonly #known = new Map<string, readonly Value[]>();
  readonly #objectIds = new Map<object, number>();
  readonly #inputs: Value[] = [];
  readonly #parameters: Parameter[] = [];
  #nextId = 0;

  value(type: TensorType, name?: string): Value {
    return { id: this.#nextId++, type: { dtype: type.dtype, shape: type.shape }, ...(name === undefined ? {} : { name }) };
  }

  input(type: TensorType, name?: string): Value {
    const value = this.value(type, name);
    this.#inputs.push(value);
    return value;
  }

  parameter(parameter: Omit<Parameter, 'value'>): Value {
    const value = this.value(parameter.data);
    this.#parameters.push({ ...parameter, value });
    return value;
  }

  /** Adds a node, or finds the equal one that is there. */
  add<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], inputs: readonly Value[], scope: string): readonly Value[] {
    const key = this.#keyOf(op, params, inputs);
    const known = this.#known.get(key);
    if (known) return known;
    const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
    const outputs = primitive
      .infer(
        inputs.map((input) => input.type),
        params,
      )
      .map((type) => this.value(type));
    const node = { op, params, inputs, outputs, scope } as unknown as Node;
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    this.#known.set(key, outputs);
    return outputs;
  }

  constant(value: NDArray): Value {
    return this.add('constant', { value }, [], '')[0] as Value;
  }

  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /** The node that makes `value`, if it is an `op`. */
  producedBy<P extends PrimitiveName>(value: Value, op: P): NodeOf<P> | undefined {
    const node = this.#producers.get(value);
    return node?.op === op ? (node as unknown as NodeOf<P>) : undefined;
  }

  finish(name: string, outputs: readonly Value[], updates: readonly Update[]): Graph {
    return { name, inputs: this.#inputs, parameters: this.#parameters, nodes: this.#nodes, outputs, updates };
  }

  #keyOf(op: string, params: object, inputs: readonly Value[]): string {
    const text = JSON.stringify(params, (_, item: unknown) => (isOpaque(item) ? (shortText(item) ?? `#${this.#objectId(item)}`) : item));
    return `${op}(${inputs.map((input) => input.id).join(',')})${text}`;
  }

  /** Larger arrays of data and nested graphs are equal only if they are the same object. */
  #objectId(item: object): number {
    const id = this.#objectIds.get(item) ?? this.#objectIds.size;
    this.#objectIds.set(item, id);
    return id;
  }
}

function isOpaque(item: unknown): item is object {
  return typeof item === 'object' && item !== null && (ArrayBuffer.isView(item) || 'nodes' in item);
}

/** Small arrays are told by their bytes: the same number written twice is one constant. */
const SHORT_BYTES = 16;

function shortText(item: object): string | undefined {
  if (!ArrayBuffer.isView(item) || item.byteLength > SHORT_BYTES) return undefined;
  return `${item.constructor.name} ${new Uint8Array(item.buffer, item.byteOffset, item.byteLength).join()}`;
}
