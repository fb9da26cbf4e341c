// Lowering: the graph becomes a program of stages over buffers, with everything fused that planFusion left without memory.
import { addIndex, constantIndex, indexKey } from '../../../codegen/stage/index-arithmetic.ts';
import { rowMajor } from '../../../codegen/stage/layout.ts';
import type { Axis, Buffer, BufferKind, Program, ProgramStep, Stage, StageExpr } from '../../../codegen/stage/stage.ts';
import type { Graph, Node, TensorType, Update, Value } from '../../ir/graph.ts';
import { elementCount } from '../../ir/shape.ts';
import { copyStep, lowerConcatenate, lowerControl, lowerLibrary } from './alone/index.ts';
import { type At, type Expressions, express } from './express.ts';
import { memoryType } from './memory-type.ts';
import { classOf, planFusion } from './plan-fusion.ts';
import { stagePieces } from './stage-axes.ts';

/**
 * The program that computes a graph: one stage per fused group, buffers in row-major layout.
 *
 * @param states paths of parameters that live in the program; their next values are copied to them at its end. Other updates are outputs.
 */
export function lower(graph: Graph, states: ReadonlySet<string> = new Set()): Program {
  const lowering = new Lowering(states);
  const scope = lowering.enter(graph);
  const inputs = graph.inputs.map((input, index) => {
    const name = input.name ?? `input_${index}`;
    const buffer = lowering.newBuffer('input', name, input.type);
    scope.bind(input, buffer);
    return { name, buffer };
  });
  const results = [
    ...graph.outputs.map((value, index) => ({ value, name: value.name ?? `output_${index}` })),
    ...graph.updates.filter(({ path }) => !states.has(path)).map(({ path, value }) => ({ value, name: path })),
  ];
  const outputs = results.map(({ value, name }) => {
    const buffer = lowering.newBuffer('output', name, value.type);
    scope.claim(value, buffer);
    return { name, buffer };
  });
  const updates = graph.updates.filter(({ path }) => states.has(path)).map((update) => scope.prepareUpdate(update));
  scope.run();
  for (const update of updates) if (update) scope.steps.push(copyStep(update.next, update.state, 'update', scope));
  return { name: graph.name, buffers: lowering.buffers, steps: scope.steps, inputs, outputs };
}

/** Buffers of a program under construction, shared by the graph and the bodies of its control flow. */
export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly states: ReadonlySet<string>;
  #axisCount = 0;

  constructor(states: ReadonlySet<string>) {
    this.states = states;
  }

  newBuffer(kind: BufferKind, name: string, type: TensorType, data?: ArrayBufferView): number {
    const id = this.buffers.length;
    this.buffers.push({
      id,
      name,
      kind,
      type: memoryType(type.dtype),
      shape: type.shape,
      layout: rowMajor(type.shape),
      ...(data ? { data } : {}),
    });
    return id;
  }

  newAxis(name: string, extent: number): Axis {
    return { name: `${name}${this.#axisCount++}`, extent };
  }

  enter(graph: Graph): GraphLowering {
    return new GraphLowering(this, graph);
  }
}

/** One graph being lowered: which values have buffers, and the steps so far. */
export class GraphLowering implements Expressions {
  readonly steps: ProgramStep[] = [];
  readonly lowering: Lowering;
  readonly graph: Graph;
  readonly #buffers = new Map<Value, number>();
  readonly #producers = new Map<Value, Node>();
  readonly #materialized: ReadonlySet<Value>;
  /** Further buffers that a value must be copied to. */
  readonly #copies: { readonly value: Value; readonly buffer: number }[] = [];
  readonly #expressed = new Map<string, StageExpr>();

  constructor(lowering: Lowering, graph: Graph) {
    this.lowering = lowering;
    this.graph = graph;
    this.#materialized = planFusion(graph);
    for (const { value, path, data } of graph.parameters) {
      const isState = lowering.states.has(path);
      this.bind(value, isState ? lowering.newBuffer('state', path, data) : lowering.newBuffer('weight', path, data, data.data));
    }
    for (const node of graph.nodes) for (const output of node.outputs) this.#producers.set(output, node);
  }

  bind(value: Value, buffer: number): void {
    this.#buffers.set(value, buffer);
  }

  /** The value is to be computed into `buffer`, or copied there if it has memory already. */
  claim(value: Value, buffer: number): void {
    const node = this.#producers.get(value);
    if (node && node.op !== 'constant' && !this.#buffers.has(value)) this.bind(value, buffer);
    else this.#copies.push({ value, buffer });
  }

  /** A buffer for a state's next value, which is computed while the others may still read the present one; nothing if it stays as it is. */
  prepareUpdate({ path, value }: Update): { readonly state: number; readonly next: number } | undefined {
    const state = this.graph.parameters.find((parameter) => parameter.path === path)?.value;
    if (!state) throw new Error(`kerasc bug: ${path} is updated and is no parameter`);
    if (state === value) return undefined;
    const next = this.lowering.newBuffer('scratch', `${path}_next`, value.type);
    this.claim(value, next);
    return { state: this.bufferOf(state), next };
  }

  /** Emits the stages of all values with memory, in the graph's order, then the copies. */
  run(): void {
    for (const node of this.graph.nodes) {
      if (node.op !== 'constant' && node.outputs.some((output) => this.#materialized.has(output) || this.#buffers.has(output)))
        this.#compute(node);
    }
    for (const { value, buffer } of this.#copies) this.copy(value, buffer);
  }

  #compute(node: Node): void {
    switch (classOf(node.op)) {
      case 'concatenate':
        return lowerConcatenate(node, this);
      case 'library':
        return lowerLibrary(node, this);
      case 'control':
        return lowerControl(node, this);
      default:
        return this.emitStage(node, this.bufferOf(node.outputs[0] as Value));
    }
  }

  /** Emits the stages that compute `node` into `buffer`. */
  emitStage(node: Node, buffer: number): void {
    const { shape } = (node.outputs[0] as Value).type;
    for (const { axes, indices } of stagePieces(node, this, shape)) {
      const body = express(node, indices, this);
      this.emit({ kind: 'compute', name: stageName(node), output: buffer, axes, store: indices, body }, shape);
    }
  }

  /** Emits a stage that copies a value into a buffer of its shape, or into a part of a larger one. */
  copy(value: Value, buffer: number, offsets: readonly number[] = value.type.shape.map(() => 0), name = 'copy'): void {
    const producer = this.inlinedNode(value);
    for (const { axes, indices } of stagePieces(producer, this, value.type.shape)) {
      const body = this.at(value, indices);
      const store = indices.map((index, dim) => addIndex(index, constantIndex(offsets[dim] as number)));
      this.emit({ kind: 'compute', name: producer ? stageName(producer) : name, output: buffer, axes, store, body }, value.type.shape);
    }
  }

  emit(stage: Stage, shape: readonly number[]): void {
    if (elementCount(shape) > 0) this.steps.push({ kind: 'stage', stage });
  }

  /** The buffer of a value that has or gets memory. */
  bufferOf(value: Value): number {
    const known = this.#buffers.get(value);
    if (known !== undefined) return known;
    const node = this.#producers.get(value);
    const buffer =
      node?.op === 'constant'
        ? this.lowering.newBuffer('weight', stageName(node), value.type, node.params.value.data)
        : this.lowering.newBuffer('scratch', node ? stageName(node) : `value_${value.id}`, value.type);
    this.bind(value, buffer);
    return buffer;
  }

  buffer(id: number): Buffer {
    return this.lowering.buffers[id] as Buffer;
  }

  newAxis(name: string, extent: number): Axis {
    return this.lowering.newAxis(name, extent);
  }

  readonly inlinedNode = (value: Value): Node | undefined => (this.#hasMemory(value) ? undefined : this.#producers.get(value));

  #hasMemory(value: Value): boolean {
    if (this.#buffers.has(value) || this.#materialized.has(value)) return true;
    const node = this.#producers.get(value);
    return (
      node?.op === 'constant' && (elementCount(value.type.shape) !== 1 || value.type.dtype === 'float16' || value.type.dtype === 'bfloat16')
    );
  }

  /** Asking twice for the same value at the same place gives the same object: one computation. */
  readonly at = (value: Value, indices: At): StageExpr => {
    const key = `${value.id}@${indices.map(indexKey).join(',')}`;
    let expr = this.#expressed.get(key);
    if (!expr) {
      const node = this.inlinedNode(value);
      expr = node
        ? express(node, indices, this)
        : {
            kind: 'load',
            type: memoryType(value.type.dtype),
            buffer: this.bufferOf(value),
            indices: indices.map((index, dim) => (value.type.shape[dim] === 1 ? constantIndex(0) : index)),
          };
      this.#expressed.set(key, expr);
    }
    return expr;
  };
}

/** After the layer it came from, so that profiles and emitted code speak of the user's model. */
export function stageName(node: Node): string {
  return node.scope === '' ? node.op : node.scope.replaceAll('/', '_');
}
