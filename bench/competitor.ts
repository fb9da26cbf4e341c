// The lines that a competitor of the native benchmark speaks: `READY {...}` or `FAIL reason`; on `RUN SECONDS MIN_ITERATIONS` it prints
// `T [seconds, ...]`; `QUIT` ends it.
import { createInterface } from 'node:readline';

/** Something to time, and what is said of it before. */
export interface Prepared {
  readonly facts: Readonly<Record<string, unknown>>;
  run(): unknown;
}

/** Serves the harness until it quits; never returns. */
export async function serve(prepare: () => Promise<Prepared>): Promise<never> {
  try {
    const { facts, run } = await prepare();
    console.log(`READY ${JSON.stringify(facts)}`);
    for await (const line of createInterface({ input: process.stdin })) {
      const [command, seconds, least] = line.split(' ');
      if (command === 'QUIT') break;
      if (command === 'RUN') console.log(`T ${JSON.stringify(await measure(run, Number(seconds), Number(least)))}`);
    }
  } catch (error) {
    console.log(`FAIL ${error instanceof Error ? error.message.replace(/\n\s*/g, ' ') : String(error)}`);
  }
  process.exit(0);
}

/** Seconds of each run, after one that is not timed. */
async function measure(run: () => unknown, seconds: number, least: number): Promise<number[]> {
  await run();
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < least || performance.now() < end) {
    const before = performance.now();
    const result = run();
    if (result instanceof Promise) await result;
    times.push((performance.now() - before) / 1000);
  }
  return times;
}
