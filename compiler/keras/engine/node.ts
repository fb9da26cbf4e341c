// One symbolic call: an operation, the arguments it was called with, and the tensors it makes.
import { isKerasTensor, type KerasTensor } from './keras-tensor.ts';
import { flatten, isPlainObject, type Nested } from './structure.ts';

/** What can stand in a model's graph: a layer or a plain op. */
export interface Operation {
  readonly name: string;
  /** The symbolic calls so far, oldest first. */
  readonly inboundNodes: Node[];
  /** Calls it: on tensors eagerly, on KerasTensors symbolically. */
  invoke(...args: readonly unknown[]): unknown;
}

export class Node {
  readonly operation: Operation;
  /** Positional arguments as given, KerasTensors in place. */
  readonly args: readonly unknown[];
  /** Named arguments as given. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly outputs: readonly KerasTensor[];
  readonly outputStructure: Nested<KerasTensor>;
  /** The KerasTensors among the arguments, in order of appearance. */
  readonly inputs: readonly KerasTensor[];
  /** Its place among the operation's nodes. */
  readonly index: number;

  constructor(operation: Operation, args: readonly unknown[], options: Readonly<Record<string, unknown>>, outputs: Nested<KerasTensor>) {
    this.operation = operation;
    this.args = args;
    this.options = options;
    this.outputStructure = outputs;
    this.outputs = flatten(outputs);
    this.inputs = flatten<unknown>([args as Nested<unknown>, options as Nested<unknown>]).filter(isKerasTensor);
    this.index = operation.inboundNodes.length;
    operation.inboundNodes.push(this);
    this.outputs.forEach((tensor, tensorIndex) => {
      if (isKerasTensor(tensor)) tensor.history = { node: this, tensorIndex };
    });
  }

  /** Whether the node is a model's entry: made by an InputLayer, without arguments. */
  get isInput(): boolean {
    return this.args.length === 0 && this.inputs.length === 0;
  }
}

/** The value with every KerasTensor inside replaced; everything else is kept. */
export function replaceKerasTensors(value: unknown, replace: (tensor: KerasTensor) => unknown): unknown {
  if (isKerasTensor(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceKerasTensors(item, replace));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceKerasTensors(item, replace)]));
  }
  return value;
}
