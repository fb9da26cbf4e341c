// Bundles of WebAssembly, for browsers and for Node: the programs are verified through the runtime that ships with them.
import { emitWasm, layoutMemory } from '../../codegen/emit/wasm/index.ts';
import { load } from '../../runtime/index.ts';
import { load as loadTrainable } from '../../runtime/train.ts';
import { STATES_FILE, TRAINING_FILE } from '../../runtime/training.ts';
import { browserBundle } from '../../targets/browser/browser-bundle.ts';
import { type BundleContents, type BundleFiles, type BundleProgram, makeManifest } from '../../targets/bundle/index.ts';
import { WASM_NODE20_SIMD, WASM_RELAXED, WASM_SIMD } from '../../targets/cpu.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { nodeBundle } from '../../targets/node/node-bundle.ts';
import { enableRelaxedSimd } from '../../targets/node/relaxed-simd.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { compilerVersion } from './compiler-version.ts';
import type { CompiledVariant, PackagedModel, Packaging, PackagingContext } from './packaging.ts';
import { runBundle } from './run-bundle.ts';
import { type StepVariant, stepFiles, stepMemory } from './step-contents.ts';
import type { OutputDifference } from './verify-program.ts';
import { verifyProgram, worstOf } from './verify-program.ts';
import { bundleRunner, verifySteps } from './verify-steps.ts';
import { weightsFile } from './weights-file.ts';

export const browserPackaging: Packaging = wasmPackaging('browser', browserBundle, [WASM_RELAXED, WASM_SIMD]);
/** Of the versions of Node, 20 alone has SIMD and not relaxed SIMD. */
export const nodePackaging: Packaging = wasmPackaging('node', nodeBundle, [WASM_RELAXED, WASM_NODE20_SIMD]);

function wasmPackaging(
  platform: string,
  bundle: (contents: BundleContents) => Promise<BundleFiles>,
  targets: readonly CpuTarget[],
): Packaging {
  return {
    phases: 3,
    hasStates: true,
    variants: () => targets,
    package: async (context) => {
      const { phases, prepared, steps, variants } = context;
      const programs = await phases.run('write WebAssembly', () => variants.map((variant) => emitProgram(variant)));
      const contents: BundleContents = {
        name: prepared.name,
        compilerVersion: compilerVersion(),
        batch: prepared.batch,
        inputs: prepared.inputs,
        outputs: prepared.outputs,
        programs,
        ...(prepared.hostProgram && { hostProgram: prepared.hostProgram }),
        ...(steps && { hasStates: true, otherFiles: stepFiles(steps, variants.map(stepVariant)) }),
      };
      const verified = await phases.run('verify', () => verifyContents(contents, platform, context));
      const count = steps ? context.stepProbes().probes.length : context.probes().length;
      const verification = { probes: count, outputs: worstOf([...verified.values()]) };
      const files = await phases.run('package', () => bundle(verified.size > 0 ? { ...contents, verification } : contents));
      return { files, ...(verified.size > 0 && { verification }), ...describe(contents, platform, [...verified.keys()]) };
    },
  };
}

function emitProgram({ target, module }: CompiledVariant): BundleProgram {
  const layout = layoutMemory(module);
  const memory = module.entries ? stepMemory(module, layout) : layout;
  return { target, code: emitWasm(module, target), memory, weights: weightsFile(module.weights) };
}

const stepVariant = ({ target, module }: CompiledVariant): StepVariant => ({ name: target.name, module, layout: layoutMemory(module) });

/** Runs every variant that this process can, from the very files that are going to be written. */
async function verifyContents(
  contents: BundleContents,
  platform: string,
  { prepared, steps, probes, stepProbes, tolerance, warn }: PackagingContext,
): Promise<Map<string, OutputDifference[]>> {
  const { manifest, files } = makeManifest(contents, platform);
  const source = { ...Object.fromEntries(files), 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) };
  const hasRelaxed = enableRelaxedSimd();
  const results = new Map<string, OutputDifference[]>();
  for (const { target } of contents.programs) {
    if (target.fma && !hasRelaxed) {
      warn(`Variant ${target.name} was not verified: this Node has no relaxed SIMD. Build with a newer Node to have it checked.`);
      continue;
    }
    const what = `the WebAssembly variant ${JSON.stringify(target.name)}`;
    const options = { what, model: prepared.name, tolerance };
    if (steps) {
      using trainable = await loadTrainable(source, { variant: target.name, onWarning: () => {} });
      results.set(target.name, verifySteps(stepProbes(), steps, bundleRunner(trainable), options));
      continue;
    }
    using model = await load(source, { variant: target.name, onWarning: () => {} });
    const run = (inputs: readonly NDArray[]): NDArray[] => runBundle(model, prepared.graph, inputs);
    results.set(target.name, verifyProgram(prepared.graph, probes(), run, options));
  }
  return results;
}

function describe(
  contents: BundleContents,
  platform: string,
  verifiedVariants: readonly string[],
): Omit<PackagedModel, 'files' | 'verification'> {
  const { variants } = makeManifest(contents, platform).manifest;
  const [first] = variants;
  return {
    verifiedVariants,
    peakMemoryBytes: Math.max(...variants.map(({ memory }) => memory.bytes)),
    codeFiles: ['index.js', 'manifest.json', ...(contents.hasStates ? [TRAINING_FILE] : []), ...(first ? [first.code] : [])],
    weightFiles: first ? [first.weights, ...(contents.hasStates ? [STATES_FILE] : [])] : [],
  };
}
