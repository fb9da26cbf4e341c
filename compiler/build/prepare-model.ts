// From a model to the graph that a bundle holds: shapes settled, the batch decided, names of inputs and outputs fixed.

import type { HostProgram } from '../../runtime/preprocessing/index.ts';
import { quote, UnsupportedError, ValueError } from '../errors/index.ts';
import { analyzeBatch, type BatchAnalysis } from '../ir/batch-axes.ts';
import type { DType } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import type { BatchAxis } from '../ir/primitives/primitive.ts';
import type { Shape } from '../ir/shape.ts';
import type { Model } from '../keras/models/index.ts';
import { traceModel } from '../keras/models/index.ts';
import { checkShapes, type ModelInput, modelInputs } from './input-shapes.ts';

export interface ShapeOptions {
  /** Samples that the program computes at a time. Default 1. */
  readonly batch?: number | undefined;
  /** Whole shapes of inputs that the model leaves open: input name -> shape. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
}

/** An input or output of a program; a null as first dimension is the batch, of any size. */
export interface TensorDescription {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | null)[];
}

export interface PreparedModel {
  readonly name: string;
  readonly graph: Graph;
  /** Samples a run where the batch may be of any size; null where every shape is fixed. */
  readonly batch: number | null;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /** What runs on the host before the graph: for models that take strings. */
  readonly hostProgram?: HostProgram;
}

export interface PrepareOptions extends ShapeOptions {
  /** Whether prediction may change variables; samples then have an order, and the batch is fixed. Default false. */
  readonly allowState?: boolean | undefined;
}

/** Traces the model for a fixed number of samples, and finds out whether a run can be repeated for more. */
export function prepareModel(whole: Model, options: PrepareOptions = {}): PreparedModel {
  const split = whole.splitHostPart();
  const model = split?.model ?? whole;
  const inputs = modelInputs(model);
  const { batch, shapes } = checkShapes(model, inputs, options);
  const open = inputs.some((input) => input.shape[0] === null);
  const independent = open ? independentAxes(model, inputs, shapes, batch) : undefined;
  const graph = traceModel(model, { batch: batch ?? 1, shapes: withBatch(inputs, shapes, batch ?? 1) });
  if (!options.allowState) refuseState(model, graph);
  const axes = graph.updates.length > 0 ? undefined : independent;
  const describe = (values: Graph['inputs'], isBatched: (index: number) => boolean): TensorDescription[] =>
    values.map(({ name = '', type }, index) => ({
      name,
      dtype: type.dtype,
      shape: isBatched(index) ? [null, ...type.shape.slice(1)] : type.shape,
    }));
  return {
    name: model.name,
    ...(split && { hostProgram: settleProgram(split.program(), shapes) }),
    graph,
    batch: axes ? (batch ?? 1) : null,
    inputs: describe(graph.inputs, (index) => axes !== undefined && inputs[index]?.shape[0] === null),
    outputs: describe(graph.outputs, (index) => axes?.[index] === 0),
  };
}

/** Samples in the graph that is looked at for independence: with one sample a batch cannot be told from any other axis of size 1. */
const SAMPLES_TO_TELL = 3;

/** The batch axis of each output; undefined where samples depend on each other and the user said how many there are. */
function independentAxes(
  model: Model,
  inputs: readonly ModelInput[],
  shapes: Readonly<Record<string, Shape>>,
  batch: number | undefined,
): readonly BatchAxis[] | undefined {
  let analysis: BatchAnalysis;
  try {
    const graph = traceModel(model, { batch: SAMPLES_TO_TELL, shapes: withBatch(inputs, shapes, SAMPLES_TO_TELL) });
    analysis = analyzeBatch(
      graph,
      inputs.map((input) => (input.shape[0] === null ? 0 : null)),
    );
  } catch (error) {
    // A model may be made for one number of samples; it is traced with that one next.
    if (batch !== undefined) return undefined;
    throw error;
  }
  const reason = whyDependent(analysis);
  if (reason === undefined) return analysis.independent ? analysis.outputs : undefined;
  if (batch !== undefined) return undefined;
  throw new ValueError(`The model ${quote(model.name)} cannot be built for a batch of any size: ${reason}.`, {
    code: 'batch-needed',
    where: `model ${quote(model.name)}`,
    cure: 'Say how many samples it gets at a time: --batch N, or { batch: N } in build().',
  });
}

function whyDependent(analysis: BatchAnalysis): string | undefined {
  if (!analysis.independent) {
    const { op, scope } = analysis.node;
    return `samples depend on each other in ${scope ? `layer ${quote(scope)} (operation ${op})` : `operation ${op}`}`;
  }
  const elsewhere = analysis.outputs.findIndex((axis) => axis !== null && axis !== 0);
  return elsewhere < 0 ? undefined : `output ${elsewhere} has its samples along dimension ${analysis.outputs[elsewhere]}`;
}

/** The shapes with this many samples, for inputs whose shape was given. */
function withBatch(inputs: readonly ModelInput[], shapes: Readonly<Record<string, Shape>>, samples: number): Record<string, Shape> {
  const isOpen = (name: string): boolean => inputs.find((input) => input.name === name)?.shape[0] === null;
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, isOpen(name) ? [samples, ...shape.slice(1)] : shape]));
}

function refuseState(model: Model, { updates }: Graph): void {
  if (updates.length === 0) return;
  const paths = updates.map(({ path }) => quote(path)).join(', ');
  throw new UnsupportedError(`The model ${quote(model.name)} changes variables while it predicts: ${paths}.`, {
    code: 'stateful-model',
    where: `model ${quote(model.name)}`,
    cure: 'Build it for the target browser, node or native, whose bundles keep state between calls; here, give the state as an input and return it as an output, or set stateful: false.',
  });
}

/** The host part with lengths fixed as the compiled part has them; it must be data alone. */
function settleProgram(program: HostProgram, shapes: Readonly<Record<string, Shape>>): HostProgram {
  const steps = program.steps.map((named) => {
    const { step, output } = named;
    if (step.kind !== 'text') return named;
    const { standardize, split } = step.tokens;
    if (typeof standardize === 'function' || typeof split === 'function') {
      throw new UnsupportedError('A function of your own standardizes or splits text, which cannot go into a bundle.', {
        code: 'host-function',
        where: `layer ${quote(output)} (TextVectorization)`,
        cure: "Use one of Keras's own ways, or prepare the text before the model.",
      });
    }
    const length = step.length ?? shapes[output]?.at(-1) ?? null;
    return { ...named, step: { ...step, length } };
  });
  return { ...program, steps };
}
