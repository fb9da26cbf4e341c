// Runs a model on arrays by name: any number of samples, on any target that runs here.
import { formatShape, quote, ValueError } from '../errors/index.ts';
import { executeReference } from '../ir/execute.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import { elementCount } from '../ir/shape.ts';
import type { Model } from '../keras/models/index.ts';
import { type ModelInput, modelInputs } from './input-shapes.ts';
import { openProgram, type Program, type RunTarget } from './open-program.ts';
import { type PreparedModel, prepareModel } from './prepare-model.ts';

export interface RunOptions {
  readonly target: RunTarget;
  readonly threads?: number | undefined;
  /** Hears of every sample, or of the one run where samples depend on each other. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The outputs by name. An array for the only input of a model may have any name. */
export async function runModel(
  model: Model,
  arrays: ReadonlyMap<string, NDArray>,
  options: RunOptions,
): Promise<ReadonlyMap<string, NDArray>> {
  const declared = modelInputs(model);
  const inputs = matchInputs(model, declared, arrays);
  const samples = countSamples(declared, inputs);
  const shapes = Object.fromEntries(declared.map(({ name }, index) => [name, (inputs[index] as NDArray).shape]));
  const prepared = prepareForSamples(model, shapes, samples);
  using program = await openProgram(prepared.graph, options.target, options);
  const outputs =
    prepared.batch === null
      ? program.run(inputs)
      : runSamples(prepared, program, inputs, samples ?? 1, (done) => options.onProgress?.(done, samples ?? 1));
  return new Map(prepared.outputs.map(({ name }, index) => [name, outputs[index] as NDArray]));
}

/** For one sample where a run can be repeated, else for all of them at once. */
function prepareForSamples(model: Model, shapes: Readonly<Record<string, readonly number[]>>, samples: number | undefined): PreparedModel {
  const all = prepareModel(model, { shapes });
  if (all.batch === null || samples === 1 || samples === undefined) return all;
  const open = modelInputs(model).filter((input) => input.shape[0] === null);
  const single = open.map(({ name }) => [name, [1, ...(shapes[name] as readonly number[]).slice(1)]] as const);
  return prepareModel(model, { shapes: { ...shapes, ...Object.fromEntries(single) } });
}

function matchInputs(model: Model, declared: readonly ModelInput[], arrays: ReadonlyMap<string, NDArray>): NDArray[] {
  const only = declared.length === 1 && arrays.size === 1 ? [...arrays.values()][0] : undefined;
  const wanted = declared.map(({ name, dtype, shape }) => `${quote(name)} ${dtype} ${formatShape(shape)}`).join(', ');
  const unknown = [...arrays.keys()].filter((name) => !declared.some((input) => input.name === name));
  const missing = declared.filter(({ name }) => !arrays.has(name)).map(({ name }) => name);
  if (!only && (unknown.length > 0 || missing.length > 0)) {
    const parts = [
      ...(missing.length > 0 ? [`nothing is given for ${missing.map(quote).join(', ')}`] : []),
      ...(unknown.length > 0 ? [`there is no input ${unknown.map(quote).join(', ')}`] : []),
    ];
    throw new ValueError(`The inputs do not fit the model ${quote(model.name)}: ${parts.join(', and ')}.`, {
      code: 'input-names',
      cure: `Its inputs: ${wanted}.`,
    });
  }
  return declared.map((input) => convertInput(input, only ?? (arrays.get(input.name) as NDArray)));
}

/** As Keras does, numbers of another type are converted: bytes of an image for a model that takes floats. */
function convertInput({ name, dtype, shape }: ModelInput, array: NDArray): NDArray {
  const fits = array.shape.length === shape.length && shape.every((dim, axis) => dim === null || dim === array.shape[axis]);
  if (!fits)
    throw new ValueError(`Input ${quote(name)} has the shape ${formatShape(shape)}. Received: ${formatShape(array.shape)}`, {
      code: 'input-shape',
      cure: 'The first dimension is the batch; a single sample needs it too.',
    });
  if (array.dtype === dtype) return array;
  const [converted] = PRIMITIVES.cast.evaluate([array], { dtype }, [{ dtype, shape: array.shape }], executeReference);
  return converted as NDArray;
}

function countSamples(declared: readonly ModelInput[], inputs: readonly NDArray[]): number | undefined {
  const counts = declared.flatMap(({ name, shape }, index) => {
    return shape[0] === null ? [{ name, samples: (inputs[index] as NDArray).shape[0] as number }] : [];
  });
  const [first] = counts;
  const other = counts.find(({ samples }) => samples !== first?.samples);
  if (first && other)
    throw new ValueError(`Input ${quote(first.name)} has ${first.samples} samples and ${quote(other.name)} has ${other.samples}.`, {
      code: 'cardinality',
      cure: 'Give all inputs the same number of samples.',
    });
  if (first?.samples === 0) throw new ValueError('The inputs hold no samples.', { code: 'no-samples', cure: 'Give at least one.' });
  return first?.samples;
}

/** Sample after sample; outputs that do not depend on the sample are those of the first. */
function runSamples(
  prepared: PreparedModel,
  program: Program,
  inputs: readonly NDArray[],
  samples: number,
  onSample: (done: number) => void,
): NDArray[] {
  const isBatched = prepared.outputs.map(({ shape }) => shape[0] === null);
  const results = prepared.graph.outputs.map(({ type }, index) =>
    ndarray(type.dtype, isBatched[index] ? [samples, ...type.shape.slice(1)] : type.shape),
  );
  for (let sample = 0; sample < samples; sample++) {
    const outputs = program.run(
      inputs.map((input, index) => (prepared.inputs[index]?.shape[0] === null ? sliceSample(input, sample) : input)),
    );
    outputs.forEach(({ data }, index) => {
      if (isBatched[index] || sample === 0) results[index]?.data.set(data as never, isBatched[index] ? sample * data.length : 0);
    });
    onSample(sample + 1);
  }
  return results;
}

function sliceSample({ dtype, shape, data }: NDArray, sample: number): NDArray {
  const size = elementCount(shape.slice(1));
  return ndarray(dtype, [1, ...shape.slice(1)], data.slice(sample * size, (sample + 1) * size));
}
