// The names that options offer, kept apart so that --help need not load the compiler.
import type { RunTarget } from '../build/open-program.ts';
import type { BuildTarget } from '../build/targets.ts';

const BUILD = { browser: true, node: true, native: true, c: true } as const satisfies Record<BuildTarget, true>;
const RUN = { reference: true, wasm: true, native: true } as const satisfies Record<RunTarget, true>;

export const BUILD_TARGET_NAMES = Object.keys(BUILD) as BuildTarget[];
export const RUN_TARGET_NAMES = Object.keys(RUN) as RunTarget[];
