// What is used of the package cli-progress, which has no types of its own.
declare module 'cli-progress' {
  export interface Options {
    readonly stream?: NodeJS.WritableStream;
    readonly format?: string;
    readonly barsize?: number;
    readonly hideCursor?: boolean;
    readonly clearOnComplete?: boolean;
    readonly forceRedraw?: boolean;
    readonly barCompleteChar?: string;
    readonly barIncompleteChar?: string;
  }

  export class SingleBar {
    constructor(options: Options);
    start(total: number, value: number, payload: Readonly<Record<string, string>>): void;
    update(value: number, payload: Readonly<Record<string, string>>): void;
    setTotal(total: number): void;
    stop(): void;
  }
}
