// Tests in groups by what they need, so that `npm run test:fast` needs nothing but Node.
import { configDefaults, defineConfig } from 'vitest/config';
import { OneLineReporter } from './test/one-line-reporter.ts';

/** Folders whose tests start compilers, browsers or whole processes. */
const withCompiler = [
  'test/native/**',
  'test/targets/native/**',
  'test/codegen/emit-cpp/**',
  'test/differential/native/**',
  'test/edge/**',
];
const withBrowser = ['test/browser/**'];
const wholeProduct = ['test/e2e/**', 'test/cli/**', 'test/examples/**'];
const golden = ['test/conformance/**'];

const tests = (folders: readonly string[]): string[] => folders.map((folder) => `${folder}/*.test.ts`);

const group = (name: string, include: string[], exclude: string[], seconds: number) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: [...configDefaults.exclude, 'test/golden/**', ...exclude],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
  },
});

export default defineConfig({
  test: {
    // A process each: tests choose executors and change process-wide settings of V8.
    pool: 'forks',
    reporters: ['default', new OneLineReporter()],
    projects: [
      group('fast', ['test/**/*.test.ts'], [...withCompiler, ...withBrowser, ...wholeProduct, ...golden], 30),
      group('conformance', tests(golden), [], 120),
      group('compiler', tests(withCompiler), [], 120),
      group('browser', tests(withBrowser), [], 120),
      group('product', tests(wholeProduct), [], 300),
    ],
  },
});
