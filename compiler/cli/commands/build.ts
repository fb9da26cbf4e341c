// kerasc build: a verified bundle in a folder.
import { Command, Option } from 'commander';
import type { BuildReport } from '../../build/report.ts';
import type { BuildTarget } from '../../build/targets.ts';
import { parsePositive } from '../option-values.ts';
import { createProgress } from '../progress.ts';
import { requireOptions } from '../required-options.ts';
import { addShapeOptions, type ShapeFlags, toShapeOptions } from '../shape-options.ts';
import { BUILD_TARGET_NAMES } from '../target-names.ts';
import { formatBytes, formatDifference, formatMilliseconds, textTable } from '../text-table.ts';

interface Flags extends ShapeFlags {
  readonly target: BuildTarget;
  readonly out: string;
  readonly train?: boolean;
  readonly trainBatch?: number;
  readonly tolerance?: number;
  readonly overwrite?: boolean;
  readonly progress?: boolean;
  readonly json?: boolean;
}

export function buildCommand(): Command {
  const command = new Command('build')
    .description('compile a model into a folder that holds all it needs, and check it against the reference')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .addOption(new Option('-t, --target <target>', 'what to build for').choices(BUILD_TARGET_NAMES))
    .option('-o, --out <dir>', 'the folder to create');
  return addShapeOptions(command)
    .option('--train', 'build what the model was compiled for too: training, evaluation, and saving of weights')
    .addOption(new Option('--train-batch <samples>', 'samples of a step of training (default 32)').argParser(parsePositive))
    .addOption(new Option('--tolerance <number>', 'largest difference to the reference (default 1e-4)').argParser(parsePositive))
    .option('--overwrite', 'replace the folder even if it holds other files')
    .option('--progress', 'show progress even where there is no terminal')
    .option('--no-progress', 'show no progress')
    .option('--json', 'print the report as JSON')
    .action(run);
}

async function run(path: string, flags: Flags, command: Command): Promise<void> {
  requireOptions(command, ['target', 'out']);
  const { build } = await import('../../build/build.ts');
  const progress = createProgress(flags.progress);
  try {
    const report = await build(path, {
      ...toShapeOptions(flags),
      target: flags.target,
      train: flags.train || flags.trainBatch !== undefined ? { batchSize: flags.trainBatch } : undefined,
      outDir: flags.out,
      tolerance: flags.tolerance,
      overwrite: flags.overwrite,
      onProgress: ({ phase, done, total }) => progress.update(done, total, phase),
    });
    progress.stop();
    for (const warning of report.warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report));
  } finally {
    progress.stop();
  }
}

function describeReport(report: BuildReport): string {
  const tensors = (list: BuildReport['inputs']): string =>
    list.map(({ name, dtype, shape }) => `${JSON.stringify(name)} ${dtype} [${shape.map((dim) => dim ?? 'batch').join(', ')}]`).join(', ');
  const verified =
    report.largestDifference === null
      ? 'no'
      : `largest difference to the reference ${formatDifference(report.largestDifference)} (${report.verifiedVariants.join(', ')})`;
  const rows = [
    ['inputs', tensors(report.inputs)],
    ['outputs', tensors(report.outputs)],
    ['variants', report.variants.join(', ')],
    ['verified', verified],
    ['code', `${formatBytes(report.code.raw)}, ${formatBytes(report.code.brotli)} with brotli`],
    ['weights', `${formatBytes(report.weights.raw)}, ${formatBytes(report.weights.brotli)} with brotli`],
    ['memory', formatBytes(report.peakMemoryBytes)],
    ['build time', formatMilliseconds(report.milliseconds)],
  ];
  return `Built ${JSON.stringify(report.model)} for ${report.target} in ${report.outDir}\n${textTable(rows, '  ')}`;
}
