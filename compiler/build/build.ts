// `build`: from a model to a verified bundle on disk.

import type { KernelModule } from '../../codegen/module.ts';
import { writeBundle } from '../../targets/bundle/index.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { compileGraph, compileStepGraphs } from '../compile/compile-graph.ts';
import { quote, UnsupportedError, ValueError } from '../errors/index.ts';
import { readModelFile } from '../formats/index.ts';
import type { LoadModelOptions, Model } from '../keras/models/index.ts';
import { modelFromFile } from '../keras/saving/model-from-file.ts';
import { checkOutDir } from './check-out-dir.ts';
import { DEFAULT_TOLERANCE } from './difference.ts';
import type { CompiledVariant, PackagedModel, Packaging } from './packaging.ts';
import { Phases, type Progress } from './phases.ts';
import { type PreparedModel, type PrepareOptions, prepareModel, type ShapeOptions } from './prepare-model.ts';
import { DEFAULT_TRAIN_BATCH, type PreparedSteps, prepareSteps, type TrainOptions } from './prepare-steps.ts';
import { type BuildReport, largestOf, measureSizes } from './report.ts';
import { type BuildTarget, targetEntry } from './targets.ts';
import { makeProbes, outputsWithoutNumbers, type Probe } from './verify-program.ts';
import { makeStepProbes, type StepProbes } from './verify-steps.ts';

export interface BuildOptions extends ShapeOptions, Pick<LoadModelOptions, 'customObjects'> {
  readonly target: BuildTarget;
  /** Whether the bundle can be trained: the model is built with the optimizer, loss and metrics that it was compiled with. Default false. */
  readonly train?: boolean | TrainOptions | undefined;
  /** Created, or replaced if it holds an older bundle. */
  readonly outDir: string;
  /** Largest difference to the reference, scaled by max(1, max |reference|). Default 1e-4. */
  readonly tolerance?: number | undefined;
  /** Replaces `outDir` even if it holds other files. */
  readonly overwrite?: boolean | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears of what is less than it could be; by default nobody does but the report. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Phases besides compilation and those of the packaging: load, trace, write, measure. */
const OWN_PHASES = 4;

/**
 * Compiles a model, compares what came out with the reference, and writes it to a folder. Nothing is written where the
 * difference is beyond tolerance.
 *
 * @example
 * const report = await build('digits.keras', { target: 'browser', outDir: 'dist' });
 * console.log(report.largestDifference);
 */
export async function build(source: Model | string, options: BuildOptions): Promise<BuildReport> {
  const { packaging } = targetEntry(options.target);
  const targets = packaging.variants();
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    options.onWarning?.(message);
  };
  if (options.train) requireStates(packaging, options.target);
  await checkOutDir(options.outDir);
  await packaging.prepare?.();
  const phases = new Phases(OWN_PHASES + targets.length + packaging.phases, options.onProgress);
  const model = await phases.run('load', () => (typeof source === 'string' ? loadFile(source, options, warn) : source));
  const { prepared, steps } = await phases.run('trace', () => prepare(model, options, packaging, warn));
  const compile = (target: CpuTarget): KernelModule =>
    steps ? compileStepGraphs(steps.graphs, steps, target) : compileGraph(prepared.graph, target);
  const variants: CompiledVariant[] = [];
  for (const target of targets) variants.push(await phases.run(`compile ${target.name}`, () => ({ target, module: compile(target) })));
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  const context = {
    prepared,
    steps,
    variants,
    probes: once(() => makeProbes(prepared.graph)),
    stepProbes: stepProbesOf(steps, warn),
    tolerance,
    phases,
    warn,
  };
  const packaged = await packaging.package(context);
  if (packaged.verification && !steps) warnOfEmptyProbes(prepared, context.probes(), warn);
  await phases.run('write', () => writeBundle(options.outDir, packaged.files, { overwrite: options.overwrite ?? false }));
  const sizes = await phases.run('measure', () => measureSizes(packaged));
  return { ...sizes, ...describe(prepared, packaged, options), variants: targets.map(({ name }) => name), warnings, ...timesOf(phases) };
}

function prepare(
  model: Model,
  { train, ...options }: BuildOptions,
  { hasStates }: Packaging,
  warn: (message: string) => void,
): { readonly prepared: PreparedModel; readonly steps: PreparedSteps | undefined } {
  const training = train === true ? {} : train || undefined;
  const shapes = { ...options, allowState: hasStates };
  const prepared = training ? prepareForTraining(model, shapes, training, warn) : prepareModel(model, shapes);
  return { prepared, steps: prepareSteps(model, prepared, training) };
}

/** Where samples depend on each other, or seem to, everything is made for the samples of a step. */
function prepareForTraining(
  model: Model,
  options: PrepareOptions,
  { batchSize = DEFAULT_TRAIN_BATCH }: TrainOptions,
  warn: (message: string) => void,
): PreparedModel {
  try {
    return prepareModel(model, options);
  } catch (error) {
    if (!(error instanceof ValueError && error.code === 'batch-needed')) throw error;
    warn(`${error.message.split('\n')[0]} It predicts and evaluates ${batchSize} samples at a time, as it trains.`);
    return prepareModel(model, { ...options, batch: batchSize });
  }
}

function requireStates({ hasStates }: Packaging, target: BuildTarget): void {
  if (hasStates) return;
  throw new UnsupportedError(`A bundle for ${target} cannot be trained.`, {
    code: 'train-target',
    cure: 'Build for browser, node or native.',
  });
}

async function loadFile(path: string, options: BuildOptions, warn: (message: string) => void): Promise<Model> {
  const file = await readModelFile(path);
  if (file.format === 'json') warn(`${path} holds a config and no weights: initial values are built in. Give the file of a saved model.`);
  return modelFromFile(file, options);
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function stepProbesOf(steps: PreparedSteps | undefined, warn: (message: string) => void): () => StepProbes {
  return once(() => {
    const made = steps ? makeStepProbes(steps) : { probes: [], omitted: [] };
    if (made.omitted.length > 0)
      warn(
        `Not verified, since the reference would take minutes: ${made.omitted.join(', ')}. Build once with a smaller batch to have it checked.`,
      );
    return made;
  });
}

function warnOfEmptyProbes({ graph }: PreparedModel, probes: readonly Probe[], warn: (message: string) => void): void {
  const empty = outputsWithoutNumbers(graph, probes);
  if (empty.length > 0)
    warn(
      `The reference gives NaN or infinities alone for ${empty.map(quote).join(', ')}: the verification says little. Check the weights.`,
    );
}

function describe(
  { name, batch, inputs, outputs }: PreparedModel,
  { files, verification, verifiedVariants, peakMemoryBytes }: PackagedModel,
  { target, outDir }: BuildOptions,
): Omit<BuildReport, 'code' | 'weights' | 'variants' | 'warnings' | 'phases' | 'milliseconds'> {
  const tensors = { batch, inputs, outputs };
  const checked = { verification: verification ?? null, verifiedVariants, largestDifference: largestOf(verification) };
  return { model: name, target, outDir, files: [...files.keys()].sort(), ...tensors, ...checked, peakMemoryBytes };
}

const timesOf = ({ times }: Phases): Pick<BuildReport, 'phases' | 'milliseconds'> => ({
  phases: times,
  milliseconds: times.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
});
