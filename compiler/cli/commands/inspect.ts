// kerasc inspect: what the compiler makes of a model, after any pass.
import { Command, Option } from 'commander';
import type { BuildTarget } from '../../build/targets.ts';
import { addShapeOptions, type ShapeFlags, toShapeOptions } from '../shape-options.ts';
import { BUILD_TARGET_NAMES } from '../target-names.ts';

interface Flags extends ShapeFlags {
  readonly after: string;
  readonly kernels?: boolean;
  readonly target: BuildTarget;
  readonly variant?: string;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('print the graph, or what a pass or the scheduler made of it')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .option('--after <pass>', 'trace, hoist-invariants, canonicalize, mask-by-result, propagate-strides, fuse, in-place or layout', 'trace')
    .option('--kernels', 'print the kernels instead, in Kernel IR')
    .addOption(new Option('-t, --target <target>', 'whose layouts and kernels').choices(BUILD_TARGET_NAMES).default('browser'))
    .option('--variant <name>', 'the machine, e.g. avx2; by default the best of the target');
  return addShapeOptions(command).action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const [{ loadModel }, { prepareModel }, { printAfterPass, printKernels }, { targetEntry, variantOf }] = await Promise.all([
    import('../../keras/models/index.ts'),
    import('../../build/prepare-model.ts'),
    import('../../build/inspect-model.ts'),
    import('../../build/targets.ts'),
  ]);
  const machine = variantOf(targetEntry(flags.target), flags.variant);
  const { graph } = prepareModel(await loadModel(path), toShapeOptions(flags));
  process.stdout.write(flags.kernels ? printKernels(graph, machine) : printAfterPass(graph, flags.after, machine));
}
