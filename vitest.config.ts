// Tests in groups by what they need, so that `npm run test:fast` needs nothing but Node.
import { configDefaults, defineConfig } from 'vitest/config';
import { OneLineReporter } from './test/one-line-reporter.ts';

const compiler = [
  'test/native/**/*.test.ts',
  'test/targets/native/**/*.test.ts',
  'test/codegen/emit-cpp/**/*.test.ts',
  'test/differential/native.test.ts',
  'test/differential/native/**/*.test.ts',
  'test/edge/**/*.test.ts',
];
const browser = ['test/browser/**/*.test.ts'];
/** Whole commands, as users run them. */
const product = ['test/build/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/examples/**/*.test.ts'];
/** Replays what Keras computed. */
const conformance = ['test/conformance/**/*.test.ts'];

const group = (name: string, include: string[], seconds: number, exclude: string[] = []) => ({
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
    // The default leaves one processor idle, which is half of a small machine.
    maxWorkers: '100%',
    reporters: ['default', new OneLineReporter()],
    projects: [
      group('fast', ['test/**/*.test.ts'], 30, [...compiler, ...browser, ...product, ...conformance]),
      group('conformance', conformance, 120),
      group('compiler', compiler, 300),
      group('browser', browser, 120),
      group('product', product, 300),
    ],
  },
});
