// `model.predict` of models that take strings: batch by batch, the host part first, then the compiled part.
import { type HostArray, type HostProgram, runHostProgram } from '../../../runtime/preprocessing/index.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { elementCount } from '../../ir/shape.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { isStringLike, StringTensor, toStringTensor } from '../engine/string-tensor.ts';
import { flatten, isPlainObject, type Nested, packLike } from '../engine/structure.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import type { Model } from './model.ts';
import { convertInputs, standardizeInputs } from './model-inputs.ts';
import { countRows, joinRows, type PredictOptions, sliceRows } from './predict.ts';

/** Whether the inputs hold strings, anywhere in their structure. */
export function holdsStrings(inputs: unknown): boolean {
  if (isStringLike(inputs)) return true;
  if (Array.isArray(inputs)) return typeof inputs[0] !== 'number' && inputs.some(holdsStrings);
  return isPlainObject(inputs) && Object.values(inputs).some(holdsStrings);
}

/** Predicts batch by batch, so that texts are padded to the longest of their batch, as in Keras. */
export function predictStrings(model: Model, inputs: unknown, options: PredictOptions): Nested<NDArray> {
  const arrays = hostArrays(model, inputs);
  const rows = countRows(arrays);
  const size = options.batchSize ?? 32;
  const parts: NDArray[][] = [];
  let structure: Nested<unknown> = 0;
  for (let start = 0; start < rows; start += size) {
    const end = Math.min(start + size, rows);
    structure = predictBatch(
      model,
      arrays.map((array) => sliceHostRows(array, start, end)),
      size,
    );
    parts.push(flatten(structure as Nested<NDArray>));
    options.onProgress?.(end, rows);
  }
  return packLike(structure, joinRows(parts));
}

function predictBatch(model: Model, batch: readonly HostArray[], batchSize: number): Nested<NDArray> {
  const split = model.splitHostPart();
  // A model of the user's own class is no graph that could be split: it is called, and its tensors evaluated.
  if (!split) return evaluate(model(batch.map(fromHost)[0] as never) as unknown as Nested<Tensor>);
  return split.model.predict(runProgram(split.program(), batch) as never, { batchSize });
}

/** What the host part of a model makes of its inputs: those of the compiled part, in order. */
export function prepareStrings(model: Model, program: HostProgram, inputs: unknown): NDArray[] {
  return runProgram(program, hostArrays(model, inputs));
}

function runProgram(program: HostProgram, inputs: readonly HostArray[]): NDArray[] {
  const named = Object.fromEntries(program.inputs.map(({ name }, index) => [name, inputs[index] as HostArray]));
  const numbers = runHostProgram(program, named);
  return program.results.map((name) => numbers[name] as NDArray);
}

/** The inputs in the model's order. */
function hostArrays(model: Model, inputs: unknown): HostArray[] {
  const { graph } = model;
  const list = graph
    ? standardizeInputs(graph.inputStructure, convertInputs(graph.inputStructure, inputs))
    : [isStringLike(inputs) ? toStringTensor(inputs) : toTensor(inputs as TensorLike)];
  return list.map((input) => (input instanceof StringTensor ? input : (input as Tensor).value) as HostArray);
}

const fromHost = (array: HostArray): unknown => (array.dtype === 'string' ? array : toTensor(array as NDArray));

const evaluate = (outputs: Nested<Tensor>): Nested<NDArray> =>
  packLike(
    outputs,
    flatten(outputs).map((tensor) => tensor.value),
  );

function sliceHostRows(array: HostArray, start: number, end: number): HostArray {
  if (array.dtype !== 'string') return sliceRows(array as NDArray, start, end) as HostArray;
  const { shape, data } = array as StringTensor;
  const row = elementCount(shape.slice(1));
  return new StringTensor([end - start, ...shape.slice(1)], data.slice(start * row, end * row));
}
