// kerasc bench: how fast a model runs on this machine.
import { Command, Option } from 'commander';
import type { BenchResult } from '../../build/bench-model.ts';
import type { RunTarget } from '../../build/open-program.ts';
import { parseCount, parsePositive } from '../option-values.ts';
import { addShapeOptions, type ShapeFlags, toShapeOptions } from '../shape-options.ts';
import { RUN_TARGET_NAMES } from '../target-names.ts';
import { formatBytes, formatMilliseconds, textTable } from '../text-table.ts';

interface Flags extends ShapeFlags {
  readonly target: RunTarget;
  readonly threads?: number;
  readonly seconds?: number;
  readonly json?: boolean;
}

export function benchCommand(): Command {
  const command = new Command('bench')
    .description('measure the latency of a model, and its share of what this machine can do')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .addOption(new Option('-t, --target <target>', 'what runs it').choices(RUN_TARGET_NAMES).default('wasm'))
    .addOption(new Option('--threads <n>', 'threads of native code (default 1)').argParser(parseCount))
    .addOption(new Option('--seconds <s>', 'how long to measure (default 2)').argParser(parsePositive));
  return addShapeOptions(command).option('--json', 'print the result as JSON').action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const [{ loadModel }, { benchModel }] = await Promise.all([import('../../keras/models/index.ts'), import('../../build/bench-model.ts')]);
  const { target, threads, seconds } = flags;
  const result = await benchModel(await loadModel(path), { ...toShapeOptions(flags), target, threads, seconds });
  process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
}

function describe(result: BenchResult): string {
  const { target, variant, threads, batch, runs, peakGigaflopsPerSecond: peak, shareOfPeak: share } = result;
  const speed = `${result.gigaflopsPerSecond.toFixed(1)} GFLOP/s`;
  const rows = [
    ['median', formatMilliseconds(result.medianMilliseconds)],
    ['p95', formatMilliseconds(result.p95Milliseconds)],
    ['first run', formatMilliseconds(result.firstRunMilliseconds)],
    [
      'speed',
      peak === null || share === null ? speed : `${speed}, ${(share * 100).toFixed(0)}% of the measured peak of ${peak.toFixed(1)}`,
    ],
    ['memory', formatBytes(result.memoryBytes)],
  ];
  const title = `${JSON.stringify(result.model)} on ${target} (${variant}), ${threads} thread${threads > 1 ? 's' : ''}, batch ${batch}, ${runs} runs`;
  return `${title}\n${textTable(rows, '  ')}`;
}
