// Bundles of C++: compiled into a library for this machine, or as sources to build elsewhere. Both are verified as a library here.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CppLibrary, emitCpp } from '../../codegen/emit/cpp/index.ts';
import type { KernelModule } from '../../codegen/module.ts';
import { TRAINING_FILE } from '../../runtime/training.ts';
import { type BundleContents, type BundleProgram, makeManifest } from '../../targets/bundle/index.ts';
import { cBundleFiles } from '../../targets/c/index.ts';
import { AVX2, AVX512, NEON, PORTABLE } from '../../targets/cpu.ts';
import {
  buildAddon,
  compileLibrary,
  findCompiler,
  hostPlatform,
  hostTargets,
  loadLibrary,
  type NativeModel,
  nativeBundle,
  probeCompiler,
} from '../../targets/native/index.ts';
import { stepOnMachine } from '../compile/machine-step.ts';
import { quote, UnsupportedError } from '../errors/index.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { compilerVersion } from './compiler-version.ts';
import { layoutNative } from './native-layout.ts';
import type { CompiledVariant, PackagedModel, Packaging, PackagingContext } from './packaging.ts';
import type { PreparedSteps } from './prepare-steps.ts';
import { stepFiles, stepMemory } from './step-contents.ts';
import { type OutputDifference, verifyProgram, worstOf } from './verify-program.ts';
import { type StepRunner, verifySteps } from './verify-steps.ts';
import { weightsFile } from './weights-file.ts';

export const nativePackaging: Packaging = {
  phases: 4,
  hasStates: true,
  variants: hostTargets,
  prepare: async () => void (await findCompiler()),
  package: packageNative,
};

export const cPackaging: Packaging = {
  phases: 3,
  hasStates: false,
  variants: () => [AVX512, AVX2, NEON, PORTABLE],
  package: packageC,
};

async function packageNative(context: PackagingContext): Promise<PackagedModel> {
  const { phases, variants } = context;
  const sources = await phases.run('write C++', () => writeSources(context));
  const path = await phases.run('compile C++', () => compileLibrary(sources));
  const verified = await phases.run('verify', () => verifyLibrary(path, context));
  const code = await readFile(path);
  const programs = makePrograms(
    variants,
    basename(path),
    () => code,
    ({ name }) => [hostPlatform(), name],
  );
  const contents = withVerification(contentsOf(context, programs), context, verified);
  const files = await phases.run('package', async () => nativeBundle(contents, await readFile(await buildAddon())));
  const codeFiles = ['index.js', 'manifest.json', ...(context.steps ? [TRAINING_FILE] : []), 'kerasc_addon.node', basename(path)];
  return { files, ...recordOf(contents), ...describe(programs, verified), codeFiles };
}

async function packageC(context: PackagingContext): Promise<PackagedModel> {
  const { phases, variants, warn } = context;
  const sources = await phases.run('write C++', () => writeSources(context));
  const verified = await phases.run('verify', () => verifyIfPossible(sources, context, warn));
  return phases.run('package', async () => {
    const weights = weightsFile((variants[0] as CompiledVariant).module.weights);
    const bundle = await cBundleFiles({ ...sources, weights });
    const sourceOf = (name: string): string => `${sources.prefix}_${name}.cpp`;
    const bytes = (name: string): Uint8Array => new TextEncoder().encode(String(bundle.get(name)));
    const programs = variants.flatMap((variant) => makePrograms([variant], sourceOf(variant.target.name), bytes, ({ name }) => [name]));
    const known = new Set(['weights.safetensors', ...programs.map(({ codeFile }) => codeFile)]);
    const others = [...bundle.keys()].filter((name) => !known.has(name)).map((name) => [name, bytes(name)] as const);
    const contents = withVerification({ ...contentsOf(context, programs), otherFiles: new Map(others) }, context, verified);
    const { manifest, files } = makeManifest(contents, 'c');
    const codeFiles = [...files.keys()].filter(
      (name) => !name.endsWith('.safetensors') && name !== 'CMakeLists.txt' && name !== 'main.cpp',
    );
    const all = new Map([...files, ['manifest.json', new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`)] as const]);
    return { files: all, ...recordOf(contents), ...describe(programs, verified), codeFiles };
  });
}

const writeSources = ({ prepared, variants }: PackagingContext): CppLibrary => emitCpp(variants, { name: prepared.name });

function makePrograms(
  variants: readonly CompiledVariant[],
  codeFile: string,
  code: (name: string) => Uint8Array,
  features: (target: CompiledVariant['target']) => string[],
): BundleProgram[] {
  return variants.map(({ target, module }) => ({
    target,
    code: code(codeFile),
    codeFile,
    features: features(target),
    memory: memoryOf(module),
    weights: weightsFile(module.weights),
  }));
}

function memoryOf(module: KernelModule): BundleProgram['memory'] {
  const layout = layoutNative(module);
  return module.entries ? stepMemory(module, layout) : layout;
}

function contentsOf({ prepared, steps, variants }: PackagingContext, programs: readonly BundleProgram[]): BundleContents {
  const { name, batch, inputs, outputs, hostProgram } = prepared;
  if (hostProgram) {
    throw new UnsupportedError(`The model ${quote(name)} takes strings, which native bundles do not prepare.`, {
      code: 'strings-in-native',
      cure: 'Build it for the browser or for Node, or leave its layers of text out: model.splitHostPart() gives the rest.',
    });
  }
  const contents = { name, batch, inputs, outputs, programs, compilerVersion: compilerVersion() };
  if (!steps) return contents;
  const described = variants.map(({ target, module }) => ({ name: target.name, module, layout: layoutNative(module) }));
  return { ...contents, hasStates: true, otherFiles: stepFiles(steps, described) };
}

type Verified = ReadonlyMap<string, readonly OutputDifference[]>;

function withVerification(contents: BundleContents, context: PackagingContext, verified: Verified): BundleContents {
  if (verified.size === 0) return contents;
  const probes = context.steps ? context.stepProbes().probes : context.probes();
  return { ...contents, verification: { probes: probes.length, outputs: worstOf([...verified.values()]) } };
}

const recordOf = ({ verification }: BundleContents): Pick<PackagedModel, 'verification'> => (verification ? { verification } : {});

const describe = (
  programs: readonly BundleProgram[],
  verified: Verified,
): Pick<PackagedModel, 'verifiedVariants' | 'peakMemoryBytes' | 'weightFiles'> => ({
  verifiedVariants: [...verified.keys()],
  peakMemoryBytes: Math.max(...programs.map(({ memory }) => memory.bytes)),
  weightFiles: ['weights.safetensors'],
});

/** Entry by entry, with the variables where the library keeps them. */
function nativeRunner(model: NativeModel, module: KernelModule, { graphs }: PreparedSteps): StepRunner {
  const names = Object.keys(graphs);
  const step = stepOnMachine(graphs, module.states ?? [], {
    target: 'native',
    states: model.states,
    run: (entry, inputs) => {
      const outputs = (graphs[entry] as Graph).outputs.map(({ type }) => ndarray(type.dtype, type.shape).data);
      model.runEntry(names.indexOf(entry), inputs, outputs);
      return outputs;
    },
    dispose: () => {},
  });
  return {
    set: (states) => {
      for (const [path, value] of states) step.writeState(path, value);
    },
    run: (entry, inputs) => step.run(entry, inputs),
    read: (path) => step.readState(path),
  };
}

/** Sources may be written where they cannot be compiled; then the bundle says that nobody has checked it. */
async function verifyIfPossible(sources: CppLibrary, context: PackagingContext, warn: (message: string) => void): Promise<Verified> {
  const { compiler, reason } = await probeCompiler();
  if (!compiler) {
    warn(
      `The C++ sources were not verified: no C++ compiler found (${reason}). Build again where there is one, or install g++ or clang++.`,
    );
    return new Map();
  }
  return verifyLibrary(await compileLibrary(sources, { compiler }), context);
}

/** Runs every variant that this machine can. */
async function verifyLibrary(
  path: string,
  { prepared, steps, variants, probes, stepProbes, tolerance }: PackagingContext,
): Promise<Verified> {
  const { graph } = prepared;
  const library = await loadLibrary(path);
  const here = new Set(hostTargets().map(({ name }) => name));
  const verified = new Map<string, OutputDifference[]>();
  for (const { target, module } of variants.filter((variant) => here.has(variant.target.name))) {
    using model = library.create({ weights: module.weights, variant: target.name });
    const options = { what: `the native variant ${JSON.stringify(target.name)}`, model: prepared.name, tolerance };
    if (steps) {
      verified.set(target.name, verifySteps(stepProbes(), steps, nativeRunner(model, module, steps), options));
      continue;
    }
    const run = (inputs: readonly NDArray[]): NDArray[] => {
      const outputs = graph.outputs.map(({ type }) => ndarray(type.dtype, type.shape));
      model.run(
        inputs.map((input) => input.data),
        outputs.map((output) => output.data),
      );
      return outputs;
    };
    verified.set(target.name, verifyProgram(graph, probes(), run, options));
  }
  return verified;
}
