// kerasc check: everything that keeps a model from being built, at once.
import { Command, Option } from 'commander';
import type { BuildTarget } from '../../build/targets.ts';
import { addShapeOptions, type ShapeFlags, toShapeOptions } from '../shape-options.ts';
import { BUILD_TARGET_NAMES } from '../target-names.ts';

interface Flags extends ShapeFlags {
  readonly target: BuildTarget;
  readonly json?: boolean;
}

export function checkCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('check')
    .description('list all in a model that a target does not support, without building it')
    .argument('<model>', 'a .keras or .h5 file, or a TensorFlow.js model.json')
    .addOption(new Option('-t, --target <target>', 'what to check for').choices(BUILD_TARGET_NAMES).default('browser'));
  return addShapeOptions(command)
    .option('--json', 'print the problems as JSON')
    .action(async (path: string, flags: Flags) => {
      const { checkModel } = await import('../../build/check-model.ts');
      const problems = await checkModel(path, flags.target, toShapeOptions(flags));
      if (flags.json) process.stdout.write(`${JSON.stringify(problems, null, 2)}\n`);
      else if (problems.length === 0) process.stdout.write(`${path} can be built for ${flags.target}.\n`);
      else process.stdout.write(problems.map(({ where, message }) => `${where}:\n  ${message.replaceAll('\n', '\n  ')}\n`).join(''));
      if (problems.length > 0) setExitCode(1);
    });
}
