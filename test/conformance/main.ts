// `npm run conformance`: replays golden cases and reports. See usage below.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printReport } from './report.ts';
import { runFolder } from './run.ts';
import { chooseTarget, isTargetName, TARGETS } from './target.ts';

const USAGE = `npm run conformance -- [options]
  --dir DIR        a folder of golden cases (default: test/golden/conformance)
  --target NAME    ${TARGETS.join(' | ')} (default: reference)
  --group GROUP    only this group: layers, ops, models, ...
  --filter REGEXP  only cases whose id matches
  --json FILE      writes every outcome to FILE`;

const GOLDEN = fileURLToPath(new URL('../golden/conformance', import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: GOLDEN },
      target: { type: 'string', default: 'reference' },
      group: { type: 'string' },
      filter: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { target } = values;
  if (values.help || !isTargetName(target)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  await chooseTarget(target);
  const filter = values.filter === undefined ? undefined : new RegExp(values.filter);
  const outcomes = await runFolder(resolve(values.dir), { group: values.group, filter }, ({ status }) =>
    process.stderr.write(status === 'failed' ? 'F' : ''),
  );
  process.stderr.write('\n');
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ target, outcomes }, null, 1)}\n`);
  printReport(outcomes, (line) => console.log(line));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

process.exitCode = await main();
