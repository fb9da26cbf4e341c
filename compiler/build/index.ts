export { type BuildOptions, build } from './build.ts';
export type { BuildReport } from './report.ts';
export type { BuildTarget } from './targets.ts';
