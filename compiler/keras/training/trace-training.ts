// A compiled model as graphs that can be built into a bundle: train, evaluate and predict over one set of states.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Graph, TensorType } from '../../ir/graph.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import type { Variable } from '../../trace/variable.ts';
import { flatten, isPlainObject, type Nested, packLike } from '../engine/structure.ts';
import type { Model } from '../models/model.ts';
import { inputNames, nameOutputs, outputNames } from '../models/trace-model.ts';
import type { Batch } from './batch-source.ts';
import { targetTypes } from './target-types.ts';
import { type StepKind, type TracedStep, traceStep } from './trace-step.ts';
import { VariablePaths } from './variable-paths.ts';

export interface TraceTrainingOptions {
  /** Rows of a batch. Default 32. */
  readonly batch?: number | undefined;
  /** Sizes for other dimensions that the model leaves open: input name -> whole shape, the batch first. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
  /** Types of the targets by name (those of `TracedTraining.targets`), where losses do not tell: the batch first. */
  readonly targets?: Readonly<Record<string, TensorType>> | undefined;
  /** Whether train and evaluate take a weight for each sample. Default false. */
  readonly sampleWeight?: boolean | undefined;
}

export interface TracedTraining {
  /**
   * `train` and `evaluate` take inputs, targets and, if asked for, sample weights (one array of shape (batch,)), in this order, and
   * give the logs; `predict` takes the inputs and gives the model's outputs. Parameters of equal path are one state.
   */
  readonly graphs: { readonly train: Graph; readonly evaluate: Graph; readonly predict: Graph };
  /** Names of the inputs, in order. */
  readonly inputs: readonly string[];
  /** Names of the targets, in order: `target`, or for several outputs their names. */
  readonly targets: readonly string[];
  /** Names of the outputs of `train` and of `evaluate`: `loss`, `accuracy`, ... */
  readonly trainLogs: readonly string[];
  readonly evaluateLogs: readonly string[];
  /** Names of the outputs of `predict`. */
  readonly outputs: readonly string[];
  /** Paths of the model's weights in the order of `model.weights`: what `getWeights` and `.keras` files hold. */
  readonly weights: readonly string[];
  /** Paths of the optimizer's state in the order of `optimizer/vars` in `.keras` files. */
  readonly optimizer: readonly string[];
  /** Paths of the metrics' states: set to zero when an epoch or an evaluation begins. */
  readonly metrics: readonly string[];
  /** Paths of the states of random numbers. */
  readonly seeds: readonly string[];
  /** The path of the learning rate, unless a schedule decides. */
  readonly learningRate: string | undefined;
}

/** Traces the steps of a model that was compiled. */
export function traceTraining(model: Model, options: TraceTrainingOptions = {}): TracedTraining {
  model.requireCompiled();
  const inputs = inputNames(model);
  const sample = sampleBatch(model, inputs, options);
  const targets = Object.keys(sample.targets);
  const { optimizer } = model;
  optimizer?.build(model.trainableWeights);
  const paths = new VariablePaths();
  for (const variable of model.variables) paths.claim(variable);
  const names = [...inputs, ...targets, 'sample_weight'];
  const step = (kind: StepKind, batch: Batch, keep: readonly Variable[] = []): TracedStep =>
    traceStep(model, kind, batch, { names, onVariable: paths.claim, keep });
  const evaluate = step('evaluate', sample.batch);
  // Files hold all of these, whether a step reads them or not.
  const train = step('train', sample.batch, [...model.variables, ...(optimizer?.variables ?? [])]);
  const predict = step('predict', { x: sample.batch.x });
  const known = new Set([train, evaluate, predict].flatMap(({ variables }) => [...variables]));
  const pathsOf = (variables: readonly Variable[]): string[] => variables.filter((variable) => known.has(variable)).map(({ path }) => path);
  const outputs = outputNames(model, predict.structure);
  const rate = optimizer?.learningRateVariable;
  return {
    graphs: { train: nameLogs(train), evaluate: nameLogs(evaluate), predict: nameOutputs(predict.graph, outputs) },
    inputs,
    targets,
    trainLogs: logNames(train),
    evaluateLogs: logNames(evaluate),
    outputs,
    weights: pathsOf(model.weights),
    optimizer: pathsOf(optimizer?.variables ?? []),
    metrics: pathsOf(model.metrics.flatMap((metric) => [...metric.variables])),
    seeds: pathsOf([model, ...model.flattenLayers()].flatMap((layer) => layer.seedGenerators.map(({ state }) => state))),
    learningRate: rate && known.has(rate) ? rate.path : undefined,
  };
}

const logNames = ({ structure }: TracedStep): string[] => Object.keys(structure as Readonly<Record<string, unknown>>).sort();

/** Outputs of a graph come in the order of sorted names. */
const nameLogs = (traced: TracedStep): Graph => nameOutputs(traced.graph, logNames(traced));

interface Sample {
  readonly batch: Batch;
  readonly targets: Readonly<Record<string, TensorType>>;
}

/** Arrays of the types that the steps are traced for. */
function sampleBatch(model: Model, names: readonly string[], options: TraceTrainingOptions): Sample {
  const rows = options.batch ?? 32;
  const inputs = model.inputs.map((tensor, index) => {
    const name = names[index] as string;
    const given = options.shapes?.[name];
    return empty({ dtype: tensor.dtype as DType, shape: given ?? knownShape(tensor.shape, name, rows) });
  });
  const targets = { ...targetTypes(model, rows), ...options.targets };
  const arrays = Object.values(targets).map(empty);
  const y = arrays.length === 0 ? undefined : targetsLike(model, Object.keys(targets), arrays);
  const weight = empty({ dtype: 'float32', shape: [rows] });
  const sampleWeight = options.sampleWeight && y !== undefined ? weight : undefined;
  return { batch: { x: packLike(model.input, inputs), y, sampleWeight }, targets };
}

/** In the structure of the outputs, or by name or in a list where some have no target. */
function targetsLike(model: Model, names: readonly string[], arrays: readonly NDArray[]): Nested<NDArray> {
  if (flatten(model.output).length === arrays.length) return packLike(model.output, arrays);
  return isPlainObject(model.output) ? Object.fromEntries(names.map((name, index) => [name, arrays[index] as NDArray])) : arrays;
}

const empty = ({ dtype, shape }: TensorType): NDArray => ndarray(dtype, shape);

function knownShape(shape: readonly (number | null)[], name: string, rows: number): Shape {
  const known = shape.map((dim, axis) => (axis === 0 ? (dim ?? rows) : dim));
  if (!known.includes(null)) return known as Shape;
  throw new ValueError(`The input '${name}' has dimensions of unknown size: ${formatShape(shape)}.`, {
    code: 'unknown-dimension',
    cure: `Say how large they are: shapes: { ${name}: [${known.map((dim) => dim ?? '...').join(', ')}] }.`,
  });
}
