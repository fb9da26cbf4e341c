// kerasc run: a model on arrays from a file, its outputs into another.
import { Command, Option } from 'commander';
import type { RunTarget } from '../../build/open-program.ts';
import { parseCount } from '../option-values.ts';
import { createProgress } from '../progress.ts';
import { requireOptions } from '../required-options.ts';
import { RUN_TARGET_NAMES } from '../target-names.ts';
import { textTable } from '../text-table.ts';

interface Flags {
  readonly inputs: string;
  readonly outputs: string;
  readonly target: RunTarget;
  readonly threads?: number;
  readonly progress?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('run a model on arrays from a file')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .option('-i, --inputs <file>', 'a .safetensors, .npz or .npy file: one array per input, by name')
    .option('-o, --outputs <file>', 'the .safetensors file to write')
    .addOption(new Option('-t, --target <target>', 'what runs it').choices(RUN_TARGET_NAMES).default('wasm'))
    .addOption(new Option('--threads <n>', 'threads of native code (default 1)').argParser(parseCount))
    .option('--progress', 'show progress even where there is no terminal')
    .option('--no-progress', 'show no progress')
    .action(run);
}

async function run(path: string, flags: Flags, command: Command): Promise<void> {
  requireOptions(command, ['inputs', 'outputs']);
  const [{ loadModel }, { runModel }, { readArrays, writeArrays }] = await Promise.all([
    import('../../keras/models/index.ts'),
    import('../../build/run-model.ts'),
    import('../array-files.ts'),
  ]);
  const arrays = await readArrays(flags.inputs);
  const model = await loadModel(path);
  const progress = createProgress(flags.progress);
  const started = performance.now();
  const outputs = await runModel(model, arrays, {
    target: flags.target,
    threads: flags.threads,
    onProgress: (done, total) => progress.update(done, total, 'samples'),
  }).finally(() => progress.stop());
  await writeArrays(flags.outputs, outputs);
  const rows = [...outputs].map(([name, { dtype, shape }]) => [JSON.stringify(name), dtype, `[${shape.join(', ')}]`]);
  const seconds = ((performance.now() - started) / 1e3).toFixed(2);
  process.stdout.write(`Wrote ${flags.outputs} (${flags.target}, ${seconds} s with compilation)\n${textTable(rows, '  ')}`);
}
