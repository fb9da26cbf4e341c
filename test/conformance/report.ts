// Prints outcomes: failures in full, skipped cases by reason, and one line with the counts at the end.
import type { Outcome, Status } from './case.ts';

const count = (outcomes: readonly Outcome[], status: Status): number => outcomes.filter((outcome) => outcome.status === status).length;

/** `N passed, N failed, N skipped`. */
export const countLine = (outcomes: readonly Outcome[]): string =>
  `${count(outcomes, 'passed')} passed, ${count(outcomes, 'failed')} failed, ${count(outcomes, 'skipped')} skipped`;

export function printReport(outcomes: readonly Outcome[], print: (line: string) => void): void {
  for (const [title, group] of byGroup(outcomes)) print(`${title.padEnd(14)} ${countLine(group)}`);
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length > 0) print('\nfailed:');
  for (const { id, reason = '' } of failed) print(`  ${id}\n    ${reason.slice(0, 600).replace(/\n/g, '\n    ')}`);
  const skipped = byReason(outcomes.filter(({ status }) => status === 'skipped'));
  if (skipped.length > 0) print('\nskipped:');
  for (const [reason, number] of skipped) print(`  ${String(number).padStart(5)}  ${reason}`);
  print(`\n${countLine(outcomes)}`);
}

function byGroup(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const group = outcome.id.split('/')[0] as string;
    groups.set(group, [...(groups.get(group) ?? []), outcome]);
  }
  return groups;
}

function byReason(outcomes: readonly Outcome[]): (readonly [string, number])[] {
  const reasons = new Map<string, number>();
  for (const { reason = '' } of outcomes) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}
