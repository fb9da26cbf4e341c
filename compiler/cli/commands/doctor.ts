// kerasc doctor: what is installed here, what that enables, and how to get what is not.
import { Command } from 'commander';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what this machine has that kerasc can use, and how to get the rest')
    .option('--json', 'print the findings as JSON')
    .action(async (flags: { readonly json?: boolean }) => {
      const { examineMachine } = await import('../../build/examine-machine.ts');
      const findings = await examineMachine();
      if (flags.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else
        for (const { name, found, enables, cure } of findings) {
          process.stdout.write(
            `${found === null ? 'missing' : 'found  '}  ${name}${found ? `: ${found}` : ''}\n           for ${enables}\n`,
          );
          if (found === null && cure) process.stdout.write(`           ${cure}\n`);
        }
    });
}
