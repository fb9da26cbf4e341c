// Whether progress is drawn over and over in a terminal, or written once.

let interactive = true;

/** Whether progress bars are redrawn while they grow. */
export const isInteractiveLoggingEnabled = (): boolean => interactive;

/** Redraws progress bars. */
export function enableInteractiveLogging(): void {
  interactive = true;
}

/** Writes each progress bar once, when it is complete: for log files. */
export function disableInteractiveLogging(): void {
  interactive = false;
}
