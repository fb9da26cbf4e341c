import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileWasmStep } from '../../compiler/compile/wasm-step.ts';
import type { StepGraphs } from '../../compiler/trace/step.ts';
import { readCached, storeCached } from '../../targets/native/index.ts';
import { checkStep } from './check-step.ts';
import { STEP_CASES } from './step-cases.ts';

const former = process.env['KERASC_CACHE'];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kerasc-test-'));
  process.env['KERASC_CACHE'] = folder;
});
afterEach(() => {
  if (former === undefined) delete process.env['KERASC_CACHE'];
  else process.env['KERASC_CACHE'] = former;
  vi.unstubAllEnvs();
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const graphs = (): StepGraphs => (STEP_CASES[0] as (typeof STEP_CASES)[number]).graphs();
const stored = (): string[] => readdirSync(join(folder, 'steps'));
const run = (made: StepGraphs): void => {
  const step = compileWasmStep(made, {});
  checkStep(made, step, 1);
  step.dispose();
};

describe('compiled steps', () => {
  it('are found again by what they do, whatever their variables hold', () => {
    run(graphs());
    expect(stored()).toHaveLength(1);
    // Other random numbers, the same graphs.
    run(graphs());
    expect(stored()).toHaveLength(1);
    run((STEP_CASES[2] as (typeof STEP_CASES)[number]).graphs());
    expect(stored()).toHaveLength(2);
  });

  it('are compiled again where what was kept is damaged', () => {
    run(graphs());
    const path = join(folder, 'steps', stored()[0] as string, 'code.wasm');
    const code = readFileSync(path);
    code[code.length - 1] = (code.at(-1) as number) ^ 255;
    writeFileSync(path, code);
    expect(readCached('steps', stored()[0] as string)).toBe(undefined);
    run(graphs());
  });

  it('are compiled without a cache where the folder cannot be written, and read from it where they are there', () => {
    chmodSync(folder, 0o500);
    run(graphs());
    chmodSync(folder, 0o700);
    run(graphs());
    chmodSync(join(folder, 'steps'), 0o500);
    chmodSync(folder, 0o500);
    run(graphs());
    chmodSync(join(folder, 'steps'), 0o700);
    writeFileSync(join(folder, 'file'), '');
    process.env['KERASC_CACHE'] = join(folder, 'file', 'inside');
    run(graphs());
  });
});

describe('the cache', () => {
  it('forgets what was not used for longest when it becomes too large', () => {
    vi.stubEnv('KERASC_CACHE_BYTES', '10000');
    const file = new Map([['file', new Uint8Array(2400)]]);
    const names = Array.from({ length: 40 }, (_, index) => `entry${index}`);
    for (const name of names) {
      storeCached('steps', name, file);
      const old = new Date(Date.now() - 3_600_000);
      utimesSync(join(folder, 'steps', name), old, old);
    }
    // Looked through at every 32nd store: at most so many are there beside what fits.
    expect(stored().length).toBeLessThan(36);
    storeCached('steps', 'huge', new Map([['file', new Uint8Array(9000)]]));
    expect(stored()).not.toContain('huge');
  });
});
