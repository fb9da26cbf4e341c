// What each kind of bundle has to say for itself: which programs it holds, and how they become files.
import type { KernelModule } from '../../codegen/module.ts';
import type { BundleFiles } from '../../targets/bundle/index.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import type { Phases } from './phases.ts';
import type { PreparedModel } from './prepare-model.ts';
import type { PreparedSteps } from './prepare-steps.ts';
import type { OutputDifference, Probe } from './verify-program.ts';
import type { StepProbes } from './verify-steps.ts';

/** A program of a bundle before it is printed for its machine. */
export interface CompiledVariant {
  readonly target: CpuTarget;
  readonly module: KernelModule;
}

export interface PackagingContext {
  readonly prepared: PreparedModel;
  /** The entry points of a bundle with states. */
  readonly steps?: PreparedSteps | undefined;
  readonly variants: readonly CompiledVariant[];
  /** Computed once, on first use, for all variants. */
  readonly probes: () => readonly Probe[];
  /** The same for a bundle with states. */
  readonly stepProbes: () => StepProbes;
  readonly tolerance: number;
  readonly phases: Phases;
  readonly warn: (message: string) => void;
}

export interface VerificationRecord {
  readonly probes: number;
  readonly outputs: readonly OutputDifference[];
}

export interface PackagedModel {
  readonly files: BundleFiles;
  /** Absent where nothing here could run the programs; a warning has said why. */
  readonly verification?: VerificationRecord;
  /** The variants that were run. */
  readonly verifiedVariants: readonly string[];
  /** Memory of the variant that takes most: weights, scratch, inputs and outputs. */
  readonly peakMemoryBytes: number;
  /** Names of the files that are loaded to run the first variant, weights apart. */
  readonly codeFiles: readonly string[];
  readonly weightFiles: readonly string[];
}

export interface Packaging {
  /** Phases that `package` runs, for progress. */
  readonly phases: number;
  /** Best first. */
  variants(): readonly CpuTarget[];
  /** Whether bundles can have states: be trained, or keep something between calls. */
  readonly hasStates: boolean;
  /** Fails early where something that the packaging needs is missing. */
  prepare?(): Promise<void>;
  package(context: PackagingContext): Promise<PackagedModel>;
}
