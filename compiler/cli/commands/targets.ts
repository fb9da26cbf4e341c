// kerasc targets: what a model can be built for.
import { Command } from 'commander';

export function targetsCommand(): Command {
  return new Command('targets').description('list what a model can be built for').action(async () => {
    const [{ TARGETS }, { textTable }] = await Promise.all([import('../../build/targets.ts'), import('../text-table.ts')]);
    const rows = Object.entries(TARGETS).flatMap(([name, { description, needs, packaging }]) => [
      [name, description],
      ['', `needs: ${needs}`],
      [
        '',
        `variants: ${packaging
          .variants()
          .map((target) => target.name)
          .join(', ')}`,
      ],
    ]);
    process.stdout.write(textTable(rows));
  });
}
