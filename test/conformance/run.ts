// Runs cases: reads them, hands each to its group, and turns what happens into an outcome.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, type Outcome, Skip } from './case.ts';
import { createContext, type GroupContext } from './context.ts';
import { runApplication } from './groups/applications.ts';
import { runCallback } from './groups/callbacks.ts';
import { runDType } from './groups/dtypes.ts';
import { runError } from './groups/errors.ts';
import { runLayer } from './groups/layers.ts';
import { runLoss } from './groups/losses.ts';
import { runMetric } from './groups/metrics.ts';
import { runModel } from './groups/models.ts';
import { runConstraint, runInitializer, runRegularizer } from './groups/objects.ts';
import { runActivation, runOp } from './groups/ops.ts';
import { runOptimizer, runSchedule } from './groups/optimizers.ts';
import { runRandom } from './groups/random.ts';
import { runUtility } from './groups/utils.ts';
import { UNDECIDABLE } from './undecidable.ts';

type GroupRunner = (item: Case, context: GroupContext) => void | Promise<void>;

/** The groups that can be replayed; cases of others are skipped. */
const RUNNERS: Readonly<Record<string, GroupRunner>> = {
  layers: runLayer,
  ops: runOp,
  activations: runActivation,
  initializers: runInitializer,
  regularizers: runRegularizer,
  constraints: runConstraint,
  dtypes: runDType,
  callbacks: runCallback,
  errors: runError,
  models: runModel,
  applications: runApplication,
  losses: runLoss,
  metrics: runMetric,
  random: runRandom,
  utils: runUtility,
  schedules: runSchedule,
  optimizers: runOptimizer,
};

export interface Selection {
  readonly group?: string | undefined;
  /** Of case ids. */
  readonly filter?: RegExp | undefined;
}

/** The groups that a folder has. */
export function listGroups(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'cases.jsonl')))
    .map((entry) => entry.name)
    .sort();
}

export function readCases(folder: string, group: string): Case[] {
  const lines = readFileSync(join(folder, group, 'cases.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line.trim()).map((line) => JSON.parse(line) as Case);
}

/** Runs one case. */
export async function runCase(item: Case, context: GroupContext, group: string): Promise<Outcome> {
  const runner = RUNNERS[group];
  if (!runner) return { id: item.id, status: 'skipped', reason: `${group} are not there yet` };
  const undecidable = UNDECIDABLE.get(item.id);
  if (undecidable !== undefined) return { id: item.id, status: 'skipped', reason: undecidable };
  try {
    await runner(item, context);
    return { id: item.id, status: 'passed' };
  } catch (error) {
    if (error instanceof Skip) return { id: item.id, status: 'skipped', reason: error.message };
    return { id: item.id, status: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** Runs the selected cases of a folder and reports each as it is done. */
export async function runFolder(folder: string, { group, filter }: Selection, onOutcome: (outcome: Outcome) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of group === undefined ? listGroups(folder) : [group]) {
    const context = createContext(folder, name);
    for (const item of readCases(folder, name)) {
      if (filter && !filter.test(item.id)) continue;
      const outcome = await runCase(item, context, name);
      outcomes.push(outcome);
      onOutcome(outcome);
    }
  }
  return outcomes;
}
