// Makes the manifest of a bundle; `runtime/manifest.ts` says what stands in it and `manifest-1.schema.json` says it for other tools.
import { createHash } from 'node:crypto';
import type { Manifest, Region, TensorInfo, Variant, Verification } from '../../runtime/manifest.ts';
import type { HostProgram } from '../../runtime/preprocessing/index.ts';
import type { CpuTarget } from '../cpu-target.ts';
import { BundleError } from './bundle-error.ts';
import { fileStem } from './names.ts';

/** One program of a bundle. */
export interface BundleProgram {
  readonly target: CpuTarget;
  readonly code: Uint8Array;
  /** Name of its file; by default made from the names of model and target. Programs may share one. */
  readonly codeFile?: string;
  /** What the engine or machine must have; by default WebAssembly's, as the target says. */
  readonly features?: readonly string[];
  /** Where its memory is what: `layoutMemory` of the module. */
  readonly memory: {
    readonly bytes: number;
    readonly weights: Region;
    readonly inputs: readonly Region[];
    readonly outputs: readonly Region[];
  };
  /** A safetensors file whose data section is the weights region, byte for byte. Programs may share one. */
  readonly weights: Uint8Array;
}

export interface BundleContents {
  /** The model's name as its user gave it. */
  readonly name: string;
  readonly compilerVersion: string;
  /** Samples a run where the first dimension of shapes is null; null where all shapes are fixed. */
  readonly batch: number | null;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Best first. */
  readonly programs: readonly BundleProgram[];
  /** Further files of the bundle that the manifest vouches for. */
  readonly otherFiles?: ReadonlyMap<string, Uint8Array>;
  readonly verification?: Verification;
  /** Whether its program has states: the files of `training.ts` are then among `otherFiles`. */
  readonly hasStates?: boolean;
  /** What runs on the host before the program: for models that take strings. */
  readonly hostProgram?: HostProgram;
}

export type BundleFiles = ReadonlyMap<string, Uint8Array | string>;

/** The manifest, and the files of code and weights that it names. */
export function makeManifest(
  contents: BundleContents,
  target: string,
): { readonly manifest: Manifest; readonly files: Map<string, Uint8Array> } {
  checkContents(contents);
  const files = new Map<string, Uint8Array>();
  const variants = contents.programs.map((program) => addProgram(files, fileStem(contents.name), program));
  for (const [file, bytes] of contents.otherFiles ?? []) files.set(file, bytes);
  if (contents.hostProgram) files.set('preprocessing.json', new TextEncoder().encode(JSON.stringify(contents.hostProgram)));
  const { name, batch, inputs, outputs, verification } = contents;
  const manifest: Manifest = {
    format: 'kerasc-bundle',
    version: 1,
    name,
    compiler: { name: 'kerasc', version: contents.compilerVersion },
    target,
    batch,
    inputs,
    outputs,
    variants,
    files: Object.fromEntries([...files].map(([file, bytes]) => [file, { bytes: bytes.length, sha256: sha256(bytes) }])),
    ...(verification && { verification }),
  };
  return { manifest, files };
}

function addProgram(files: Map<string, Uint8Array>, stem: string, program: BundleProgram): Variant {
  const { target, code, memory, weights, codeFile = `${stem}.${target.name}.wasm` } = program;
  files.set(codeFile, code);
  const { bytes, weights: region, inputs, outputs } = memory;
  return {
    name: target.name,
    features: program.features ?? (target.fma ? ['simd', 'relaxed-simd'] : ['simd']),
    code: codeFile,
    weights: addWeights(files, target.name, weights),
    memory: { bytes, weights: region, inputs, outputs },
  };
}

/** Equal weights are one file. */
function addWeights(files: Map<string, Uint8Array>, variant: string, weights: Uint8Array): string {
  for (const [name, file] of files) if (name.endsWith('.safetensors') && Buffer.compare(file, weights) === 0) return name;
  const name = files.has('weights.safetensors') ? `weights.${variant}.safetensors` : 'weights.safetensors';
  files.set(name, weights);
  return name;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function checkContents({ name, inputs, outputs, programs }: BundleContents): void {
  if (programs.length === 0) throw new BundleError('bad-bundle', `kerasc bug: the bundle of ${JSON.stringify(name)} has no program`);
  for (const [kind, tensors] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    const names = tensors.map((tensor) => tensor.name);
    const twice = names.find((each, position) => names.indexOf(each) !== position);
    // `predict` takes and gives them by name.
    if (twice !== undefined)
      throw new BundleError('bad-bundle', `two ${kind}s are named ${JSON.stringify(twice)}. Give them different names.`);
  }
}
