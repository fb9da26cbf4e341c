// The inputs of a model as files and the command line name them, and the check of shapes that a user gives for them.
import { formatShape, quote, ValueError } from '../errors/index.ts';
import type { DType } from '../ir/dtype.ts';
import type { Shape } from '../ir/shape.ts';
import { numericDType } from '../keras/engine/keras-tensor.ts';
import type { Model } from '../keras/models/index.ts';
import { inputNames } from '../keras/models/trace-model.ts';
import type { ShapeOptions } from './prepare-model.ts';

export interface ModelInput {
  readonly name: string;
  readonly dtype: DType;
  /** As the model declares it; null where it may be of any size. */
  readonly shape: readonly (number | null)[];
}

export function modelInputs(model: Model): ModelInput[] {
  const names = inputNames(model);
  return model.inputs.map((tensor, index) => ({ name: names[index] as string, dtype: numericDType(tensor), shape: tensor.shape }));
}

/** The shapes that were given, once they are known to fit; a number of samples in them counts as the batch. */
export function checkShapes(
  model: Model,
  inputs: readonly ModelInput[],
  { batch, shapes = {} }: ShapeOptions,
): { readonly batch: number | undefined; readonly shapes: Readonly<Record<string, Shape>> } {
  if (batch !== undefined && !(Number.isInteger(batch) && batch > 0))
    throw new ValueError(`The batch must be a whole number above 0. Received: ${quote(batch)}`, {
      code: 'batch',
      cure: 'For example: --batch 1.',
    });
  let samples = batch;
  for (const [name, shape] of Object.entries(shapes)) {
    const input = inputs.find((each) => each.name === name) ?? failUnknown(model, inputs, name);
    checkShape(input, shape);
    if (input.shape[0] !== null) continue;
    if (samples !== undefined && samples !== shape[0])
      throw new ValueError(`Input ${quote(name)} is given ${shape[0]} samples where the batch is ${samples}.`, {
        code: 'batch',
        cure: 'Give all inputs the same number of samples, and --batch the same or not at all.',
      });
    samples = shape[0];
  }
  return { batch: samples, shapes };
}

function failUnknown(model: Model, inputs: readonly ModelInput[], name: string): never {
  throw new ValueError(`The model ${quote(model.name)} has no input ${quote(name)}.`, {
    code: 'unknown-input',
    cure: `Its inputs: ${inputs.map((input) => `${quote(input.name)} ${formatShape(input.shape)}`).join(', ')}.`,
  });
}

function checkShape(input: ModelInput, shape: Shape): void {
  const isSize = (dim: number): boolean => Number.isSafeInteger(dim) && dim > 0;
  const fits = shape.length === input.shape.length && input.shape.every((dim, axis) => dim === null || dim === shape[axis]);
  if (fits && shape.every(isSize)) return;
  throw new ValueError(`Input ${quote(input.name)} has the shape ${formatShape(input.shape)}. Received: ${formatShape(shape)}`, {
    code: 'input-shape',
    cure: `Give all dimensions, the batch first, for example ${input.name}=${input.shape.map((dim, axis) => dim ?? (axis === 0 ? 1 : 64)).join(',')}.`,
  });
}
