// kerasc weights: what was trained in a browser becomes a .keras file.
import { Command } from 'commander';
import { requireOptions } from '../required-options.ts';

interface Flags {
  readonly out: string;
  readonly json?: boolean;
}

export function weightsCommand(): Command {
  return new Command('weights')
    .description('put the weights that a trained bundle saved into a .keras file')
    .argument('<model>', 'the .keras file that the bundle was built from')
    .argument('<weights>', 'the safetensors file that save() of the bundle gave')
    .option('-o, --out <file>', 'the .keras file to write')
    .option('--json', 'print what was set as JSON')
    .action(async (model: string, weights: string, flags: Flags, command: Command) => {
      requireOptions(command, ['out']);
      const { applyWeights } = await import('../../build/apply-weights.ts');
      const applied = await applyWeights(model, weights, flags.out);
      if (flags.json) return void process.stdout.write(`${JSON.stringify(applied, null, 2)}\n`);
      if (applied.unused.length > 0) process.stderr.write(`warning: not in the model: ${applied.unused.join(', ')}\n`);
      const optimizer = applied.optimizer > 0 ? ` and ${applied.optimizer} of its optimizer` : '';
      process.stdout.write(`Wrote ${flags.out}: ${applied.weights} variables of ${JSON.stringify(applied.model)}${optimizer}\n`);
    });
}
