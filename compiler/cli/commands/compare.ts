// kerasc compare: the first operation in which two targets differ.
import { Command, Option } from 'commander';
import type { Comparison } from '../../build/compare-model.ts';
import type { RunTarget } from '../../build/open-program.ts';
import { parseCount, parsePair, parsePositive } from '../option-values.ts';
import { createProgress } from '../progress.ts';
import { addShapeOptions, type ShapeFlags, toShapeOptions } from '../shape-options.ts';
import { RUN_TARGET_NAMES } from '../target-names.ts';
import { formatDifference, textTable } from '../text-table.ts';

interface Flags extends ShapeFlags {
  readonly targets: readonly [RunTarget, RunTarget];
  readonly tolerance?: number;
  readonly seed?: number;
  readonly progress?: boolean;
  readonly json?: boolean;
}

export function compareCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('compare')
    .description('compare two targets on random inputs, and find the first operation beyond tolerance')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .addOption(
      new Option('--targets <a,b>', `two of ${RUN_TARGET_NAMES.join(', ')}; the first is held to be right`)
        .argParser(parsePair(RUN_TARGET_NAMES))
        .default(['reference', 'wasm'], 'reference,wasm'),
    )
    .addOption(new Option('--tolerance <number>', 'largest difference allowed (default 1e-4)').argParser(parsePositive))
    .addOption(new Option('--seed <n>', 'of the random inputs').argParser(parseCount));
  return addShapeOptions(command)
    .option('--progress', 'show progress even where there is no terminal')
    .option('--no-progress', 'show no progress')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, flags: Flags) => {
      const result = await compare(path, flags);
      process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
      if (result.first) setExitCode(1);
    });
}

async function compare(path: string, flags: Flags): Promise<Comparison> {
  const [{ loadModel }, { compareModel }] = await Promise.all([
    import('../../keras/models/index.ts'),
    import('../../build/compare-model.ts'),
  ]);
  const { targets, tolerance, seed } = flags;
  const progress = createProgress(flags.progress);
  let step = 0;
  // How many steps there will be depends on what is found: a bar without an end.
  const onProgress = (message: string): void => progress.update(step++, Math.max(12, step), `comparing ${message}`);
  const options = { ...toShapeOptions(flags), targets, tolerance, seed, onProgress };
  return compareModel(await loadModel(path), options).finally(() => progress.stop());
}

function describe({ targets, outputs, first }: Comparison): string {
  const rows = outputs.map(({ name, difference, tolerance }) => [
    `output ${JSON.stringify(name)}`,
    `largest difference ${formatDifference(difference.scaled)}`,
    difference.scaled > tolerance ? `beyond ${formatDifference(tolerance)}` : 'within tolerance',
  ]);
  const title = `${targets[1]} compared with ${targets[0]}:\n${textTable(rows, '  ')}`;
  if (!first) return `${title}No operation is beyond tolerance.\n`;
  const { operation, layer, shape, dtype, difference } = first;
  return `${title}The first operation beyond tolerance: ${operation} -> ${dtype}[${shape.join(', ')}]${layer && ` in layer ${JSON.stringify(layer)}`}
  differs by ${formatDifference(difference.scaled)}; at element ${difference.index} ${targets[0]} has ${difference.expected}, ${targets[1]} has ${difference.actual}
`;
}
