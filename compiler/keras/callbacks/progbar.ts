// The progress of an epoch: a bar on a terminal, lines elsewhere.
import { type Options, SingleBar } from 'cli-progress';
import type { Logs } from './callback.ts';
import { formatDuration, formatTimePerStep, formatValues } from './progress-text.ts';

export interface ProgbarOptions {
  /** Steps in all; null as long as nobody knows. */
  readonly target: number | null;
  /** 0 prints nothing, 1 shows a bar, 2 a line at the end. */
  readonly verbose: number;
  /** Where to; default standard output. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
}

const BAR: Options = {
  barsize: 20,
  barCompleteChar: '━',
  barIncompleteChar: '╌',
  hideCursor: true,
  // A step may keep the thread busy for seconds: draw when told, not by the clock.
  forceRedraw: true,
};

/** The shortest time between two drawings, in milliseconds. */
const INTERVAL = 50;

/** Shows the progress of a loop: a bar on a terminal, lines elsewhere. */
export class Progbar {
  target: number | null;
  readonly #verbose: number;
  readonly #stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly #now: () => number;
  readonly #start: number;
  #afterFirstStep: number | undefined;
  #lastDrawn = Number.NEGATIVE_INFINITY;
  #bar: SingleBar | undefined;

  constructor({ target, verbose, stream = process.stdout, now = () => performance.now() }: ProgbarOptions) {
    this.target = target;
    this.#verbose = verbose;
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
  }

  /** Step `current` is done. */
  update(current: number, values: Logs, finalize = false): void {
    const now = this.#now();
    const perStep = this.#perStep(current, now);
    if (this.#verbose === 1 && this.#stream.isTTY) this.#draw(current, values, now, perStep, finalize);
    // Lines that cannot be written over come once.
    else if (this.#verbose > 0 && finalize) this.#stream.write(`${this.#line(current, values, now, perStep)}\n`);
  }

  #draw(current: number, values: Logs, now: number, perStep: number, finalize: boolean): void {
    if (now - this.#lastDrawn < INTERVAL && !finalize) return;
    this.#lastDrawn = now;
    const left = this.target === null || finalize ? now - this.#start : perStep * (this.target - current);
    const payload = { info: ` ${formatDuration(left)} ${formatTimePerStep(perStep)}${formatValues(values)}` };
    this.#bar ??= this.#startBar(payload);
    if (this.target !== null) this.#bar.setTotal(this.target);
    this.#bar.update(current, payload);
    if (finalize) this.#bar.stop();
  }

  #startBar(payload: Readonly<Record<string, string>>): SingleBar {
    const format = this.target === null ? '{value}/Unknown{info}' : '{value}/{total} {bar}{info}';
    const bar = new SingleBar({ ...BAR, stream: this.#stream, format });
    bar.start(this.target ?? 0, 0, payload);
    return bar;
  }

  #line(current: number, values: Logs, now: number, perStep: number): string {
    const steps = `${current}/${this.target ?? 'Unknown'}`;
    const seconds = `${Math.round((now - this.#start) / 1000)}s`;
    return `${steps} - ${seconds} - ${formatTimePerStep(perStep)}${formatValues(values)}`;
  }

  /** The time of a step in milliseconds; the first one, which compiles, does not count once there are others. */
  #perStep(current: number, now: number): number {
    if (current === 0) return 0;
    const first = this.#afterFirstStep;
    if (current === 1) this.#afterFirstStep = now;
    return first !== undefined && current > 1 ? (now - first) / (current - 1) : (now - this.#start) / current;
  }
}
