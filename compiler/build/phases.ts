// The phases of a build: timed, and told to whoever shows progress.

export interface PhaseTime {
  readonly name: string;
  readonly milliseconds: number;
}

/** A phase begins: `done` of `total` are over. After the last one, `done` equals `total`. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export class Phases {
  readonly #total: number;
  readonly #onProgress: (progress: Progress) => void;
  readonly #times: PhaseTime[] = [];

  constructor(total: number, onProgress: (progress: Progress) => void = () => {}) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  get times(): readonly PhaseTime[] {
    return this.#times;
  }

  async run<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
    this.#onProgress({ phase: name, done: this.#times.length, total: this.#total });
    // Compilation keeps the thread busy: let whoever shows progress draw before it begins.
    await new Promise((resolve) => setImmediate(resolve));
    const start = performance.now();
    const result = await work();
    this.#times.push({ name, milliseconds: performance.now() - start });
    if (this.#times.length === this.#total) this.#onProgress({ phase: name, done: this.#total, total: this.#total });
    return result;
  }
}
