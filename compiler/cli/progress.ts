// Progress of long steps on standard error: a bar on a terminal, nothing elsewhere unless asked for.
import { SingleBar } from 'cli-progress';

export interface ProgressBar {
  /** Step `done` of `total` begins. */
  update(done: number, total: number, what: string): void;
  stop(): void;
}

const SILENT: ProgressBar = { update: () => {}, stop: () => {} };

/** `wanted`: true shows it anywhere, false nowhere; by default it shows on terminals. */
export function createProgress(wanted: boolean | undefined): ProgressBar {
  if (wanted === false || (wanted === undefined && !process.stderr.isTTY)) return SILENT;
  return process.stderr.isTTY ? createBar() : createLines();
}

function createBar(): ProgressBar {
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{bar} {value}/{total} {what}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // A step may keep the thread busy for seconds: draw when told, not by the clock.
    forceRedraw: true,
  });
  let isStarted = false;
  return {
    update: (done, total, what) => {
      if (isStarted) bar.update(done, { what });
      else bar.start(total, done, { what });
      isStarted = true;
    },
    stop: () => {
      if (isStarted) bar.stop();
    },
  };
}

function createLines(): ProgressBar {
  let last = '';
  return {
    update: (done, total, what) => {
      if (what !== last) process.stderr.write(`${done}/${total} ${what}\n`);
      last = what;
    },
    stop: () => {},
  };
}
