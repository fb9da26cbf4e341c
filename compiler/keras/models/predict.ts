// `model.predict`: traces the model once per batch size and runs the graph on one batch after the other.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { Graph } from '../../ir/graph.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import { elementCount } from '../../ir/shape.ts';
import { execute } from '../../trace/evaluate.ts';
import { Tensor, tensorOf } from '../../trace/tensor.ts';
import { trace } from '../../trace/trace.ts';
import type { Variable } from '../../trace/variable.ts';
import { withCallContext } from '../engine/call-context.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import type { ShapeStructure } from '../engine/layer.ts';
import type { LayerInputs } from '../engine/layer-call.ts';
import { flatten, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import type { Model } from './model.ts';
import { convertInputs, standardizeInputs } from './model-inputs.ts';
import { makePathsUnique } from './trace-model.ts';

export interface PredictOptions {
  /** Rows that are computed at once. Default 32. */
  readonly batchSize?: number | null | undefined;
  /** 0 is silent; otherwise `onProgress` hears of every batch. */
  readonly verbose?: number | string | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

interface Compiled {
  /** Its outputs are those of the model, then the next values of the variables that the call assigns. */
  readonly graph: Graph;
  /** Paths of those variables. */
  readonly assigned: readonly string[];
  /** The structure of the outputs. */
  readonly structure: Nested<unknown>;
  /** Values of the weights when the graph was made: others need another graph. */
  readonly weights: readonly NDArray[];
}

export class Predictor {
  readonly #model: Model;
  readonly #compiled = new Map<string, Compiled>();
  /** Whether weights have changed from one prediction to the next: then they are no longer built into the code. */
  #weightsChange = false;

  constructor(model: Model) {
    this.#model = model;
  }

  predict(inputs: LayerInputs, options: PredictOptions): Nested<NDArray> {
    const arrays = this.#readInputs(inputs);
    const rows = countRows(arrays);
    const size = options.batchSize ?? 32;
    const parts: NDArray[][] = [];
    let structure: Nested<unknown> = 0;
    for (let start = 0; start < rows; start += size) {
      const batch = arrays.map((array) => sliceRows(array, start, Math.min(start + size, rows)));
      const outputs = this.#runBatch(batch);
      parts.push(flatten(outputs));
      structure = mapStructure(outputs, () => 0);
      options.onProgress?.(Math.min(start + size, rows), rows);
    }
    return packLike(structure, joinRows(parts));
  }

  /** The inputs as host arrays in the model's order; builds the model if need be. */
  #readInputs(inputs: LayerInputs): NDArray[] {
    const model = this.#model;
    if (!model.graph && !model.built) {
      const shapes = mapStructure(inputs as Nested<unknown>, (leaf) => [null, ...toTensor(leaf as TensorLike).shape.slice(1)]);
      model.build(shapes as unknown as ShapeStructure);
    }
    const { graph } = model;
    const list = graph ? this.#standardize(graph.inputStructure, inputs) : flatten(inputs as Nested<unknown>);
    return list.map((input) => (input instanceof Tensor ? input : toTensor(input as TensorLike)).value);
  }

  #standardize(structure: Nested<KerasTensor>, inputs: LayerInputs): unknown[] {
    const converted = convertInputs(structure, inputs);
    this.#model.assertInputs(converted);
    return standardizeInputs(structure, converted);
  }

  /** Weights that stay are constants, folded and packed; a step of the user's own, or weights that change, take a program with states. */
  #runBatch(batch: readonly NDArray[]): Nested<NDArray> {
    const compiled = this.#weightsChange || !this.#model.hasDefaultStep('predictStep') ? undefined : this.#compile(batch);
    if (compiled) return packLike(compiled.structure, this.#run(compiled, batch));
    return this.#model.programs.runNow('predict', { x: this.#structured(batch) });
  }

  /** The graph for this batch; undefined if weights have changed since it was made. */
  #compile(batch: readonly NDArray[]): Compiled | undefined {
    const model = this.#model;
    const key = batch.map(({ dtype, shape }) => `${dtype}${formatShape(shape)}`).join();
    const weights = model.variables.map((variable) => variable.value);
    const known = this.#compiled.get(key);
    if (known && known.weights.length === weights.length && known.weights.every((value, index) => value === weights[index])) return known;
    if (known) {
      this.#weightsChange = true;
      this.#compiled.clear();
      return undefined;
    }
    makePathsUnique(model);
    const specs = batch.map(({ dtype, shape }, index) => ({ name: `input_${index}`, dtype, shape }));
    const { graph, result } = trace(
      model.name,
      specs,
      (...tensors) => withCallContext(false, () => model.call(this.#structured(tensors), { training: false })),
      (outputs) => flatten(outputs),
    );
    // One graph object per batch size: executors know a graph that they have compiled by its identity.
    const runnable: Graph = { ...graph, outputs: [...graph.outputs, ...graph.updates.map(({ value }) => value)], updates: [] };
    const assigned = graph.updates.map(({ path }) => path);
    const compiled: Compiled = { graph: runnable, assigned, structure: mapStructure(result, () => 0), weights };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #structured<T>(tensors: readonly T[]): Nested<T> {
    const { graph } = this.#model;
    if (graph) return packLike(graph.inputStructure, tensors);
    return tensors.length === 1 ? (tensors[0] as T) : tensors;
  }

  /** Runs the graph; what the call assigns to variables (states of recurrent layers) is kept. */
  #run({ graph, assigned, structure }: Compiled, batch: readonly NDArray[]): NDArray[] {
    const outputs = flatten(structure).length;
    const values = execute(graph, batch);
    const variables = new Map(this.#model.variables.map((variable): [string, Variable] => [variable.path, variable]));
    assigned.forEach((path, index) => {
      const value = values[outputs + index] as NDArray;
      variables.get(path)?.assign(tensorOf(value.dtype, value.shape, value.data));
    });
    return values.slice(0, outputs) as NDArray[];
  }
}

export function countRows(arrays: readonly Pick<NDArray, 'shape'>[]): number {
  const counts = new Set(arrays.map((array) => array.shape[0] ?? 0));
  if (counts.size === 1) return [...counts][0] as number;
  throw new ValueError(
    `Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. Received: ${arrays.map(({ shape }) => formatShape(shape)).join(', ')}`,
    { code: 'cardinality' },
  );
}

export function sliceRows(array: NDArray, start: number, end: number): NDArray {
  const row = elementCount(array.shape.slice(1));
  return ndarray(array.dtype, [end - start, ...array.shape.slice(1)], array.data.slice(start * row, end * row));
}

/** One array per output from the arrays of the batches. */
export function joinRows(parts: readonly (readonly NDArray[])[]): NDArray[] {
  const [first] = parts;
  if (!first) return [];
  return first.map((array, output) => {
    const pieces = parts.map((part) => part[output] as NDArray);
    if (pieces.length === 1 || array.shape.length === 0) return array;
    const rows = pieces.reduce((sum, piece) => sum + (piece.shape[0] as number), 0);
    const joined = ndarray(array.dtype, [rows, ...array.shape.slice(1)]);
    let offset = 0;
    for (const piece of pieces) {
      joined.data.set(piece.data as never, offset);
      offset += piece.data.length;
    }
    return joined;
  });
}
