// The golden cases as tests: one for each layer, operation or model, so that a failure says what is concerned.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Case, subjectOf } from './case.ts';
import { createContext } from './context.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { listGroups, readCases, runCase } from './run.ts';

const GOLDEN = fileURLToPath(new URL('../golden/conformance', import.meta.url));

/** Whole networks take their time; `npm run conformance` runs them too. */
const SLOW = new Set(['applications']);

function bySubject(cases: readonly Case[]): Map<string, Case[]> {
  const subjects = new Map<string, Case[]>();
  for (const item of cases) {
    const known = subjects.get(subjectOf(item.id));
    if (known) known.push(item);
    else subjects.set(subjectOf(item.id), [item]);
  }
  return subjects;
}

for (const group of listGroups(GOLDEN).filter((name) => !SLOW.has(name))) {
  const context = createContext(GOLDEN, group);
  describe(`${group}, as Keras computes them`, () => {
    for (const [subject, cases] of bySubject(readCases(GOLDEN, group))) {
      it(`agrees on ${subject}`, async ({ skip }) => {
        const outcomes = await Promise.all(cases.map((item) => runCase(item, context, group)));
        expect(outcomes.filter(({ id, status }) => status === 'failed' && !(id in KNOWN_DIFFERENCES))).toEqual([]);
        const mended = outcomes.filter(({ id, status }) => status === 'passed' && id in KNOWN_DIFFERENCES);
        expect(mended, 'agree now: take them off the list of known differences').toEqual([]);
        if (outcomes.every(({ status }) => status === 'skipped')) skip(outcomes[0]?.reason);
      });
    }
  });
}
