// `npm run real`: replays published models and reports. See usage below.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Outcome } from './case.ts';
import { readRealModels, runReal } from './real.ts';
import { printReport } from './report.ts';
import { chooseTarget, isTargetName, TARGETS } from './target.ts';

const USAGE = `npm run real -- [options]
  --dir DIR        a folder of golden pairs (default: test/golden/real)
  --models DIR     the model files: DIR/NAME/..., as test/golden/real/fetch_real.py leaves them
  --target NAME    ${TARGETS.join(' | ')} (default: wasm)
  --filter REGEXP  only models whose name matches
  --json FILE      writes every outcome to FILE`;

const GOLDEN = fileURLToPath(new URL('../golden/real', import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: GOLDEN },
      models: { type: 'string' },
      target: { type: 'string', default: 'wasm' },
      filter: { type: 'string', default: '' },
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
  const folder = resolve(values.dir);
  const filter = new RegExp(values.filter);
  const outcomes: Outcome[] = [];
  for (const real of readRealModels(folder).filter(({ name }) => filter.test(name))) {
    const outcome = await runReal(real, folder, values.models && resolve(values.models));
    console.log(`${outcome.status.padEnd(8)} ${real.name}`);
    outcomes.push(outcome);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ target, outcomes }, null, 1)}\n`);
  printReport(outcomes, (line) => console.log(line));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

process.exitCode = await main();
