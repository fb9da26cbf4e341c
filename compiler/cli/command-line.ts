// All commands of `kerasc`, and what happens to errors: a message for people, exit code 1.
import { Command, CommanderError } from 'commander';
import { compilerVersion } from '../build/compiler-version.ts';
import { benchCommand } from './commands/bench.ts';
import { buildCommand } from './commands/build.ts';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { doctorCommand } from './commands/doctor.ts';
import { inspectCommand } from './commands/inspect.ts';
import { runCommand } from './commands/run.ts';
import { targetsCommand } from './commands/targets.ts';
import { weightsCommand } from './commands/weights.ts';
import { formatError } from './format-error.ts';

const COMMANDS = [
  buildCommand,
  runCommand,
  inspectCommand,
  checkCommand,
  benchCommand,
  compareCommand,
  doctorCommand,
  targetsCommand,
  weightsCommand,
];

const EXAMPLES = `
Examples:
  $ kerasc build digits.keras --target browser -o dist
  $ kerasc run digits.keras --inputs in.safetensors --outputs out.safetensors
  $ kerasc check digits.keras --target native
`;

/** Runs the command that `argv` names and gives the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('kerasc')
    .description('Compiles Keras models ahead of time: WebAssembly for browsers and Node, C++ for everything else.')
    .version(compilerVersion())
    .option('--debug', 'show where in kerasc an error arose')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(kerasc --help lists commands and options)')
    .exitOverride();
  for (const make of COMMANDS)
    program.addCommand(
      inherit(
        make((code) => (exitCode = code)),
        program,
      ),
    );
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    // commander has printed its own messages, help and version included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    process.stderr.write(formatError(error, program.opts()['debug'] === true || argv.includes('--debug')));
    return 1;
  }
}

/** The same behaviour, and `--debug`, also after the command's name. */
function inherit(command: Command, program: Command): Command {
  return command.copyInheritedSettings(program).option('--debug', 'show where in kerasc an error arose');
}
