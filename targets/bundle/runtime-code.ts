// The runtime as it stands in a bundle: one minified script that defines `kerasc`.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BundleError } from './bundle-error.ts';

/** `-strings` is for models that take strings, whose runtime prepares them; `-train` for those with states. */
export type RuntimePlatform =
  | 'browser'
  | 'node'
  | 'native'
  | 'browser-strings'
  | 'node-strings'
  | 'browser-train'
  | 'node-train'
  | 'native-train';

const ENTRIES: Record<RuntimePlatform, string> = {
  browser: 'index',
  node: 'node',
  native: 'node-native',
  'browser-strings': 'strings',
  'node-strings': 'node-strings',
  'browser-train': 'train',
  'node-train': 'node-train',
  'native-train': 'node-train-native',
};

export const RUNTIME_PLATFORMS = Object.keys(ENTRIES) as readonly RuntimePlatform[];

/** The runtime for this platform, made by `npm run build`; from a source tree it is made on the spot. */
export async function runtimeCode(platform: RuntimePlatform): Promise<string> {
  if (import.meta.url.endsWith('.ts')) return minifyRuntime(platform);
  const built = new URL(`../../runtime/${platform}.min.js`, import.meta.url);
  try {
    return await readFile(built, 'utf8');
  } catch (cause) {
    throw new BundleError(
      'runtime-missing',
      `${fileURLToPath(built)} is missing. Install kerasc again, or run "npm run build" in its source tree.`,
      cause,
    );
  }
}

/** Bundles the runtime's sources; what is written to `dist/runtime/PLATFORM.min.js`. Needs esbuild, a development dependency. */
export async function minifyRuntime(platform: RuntimePlatform): Promise<string> {
  const isBrowser = platform.startsWith('browser');
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../runtime/${ENTRIES[platform]}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'kerasc',
    target: 'es2022',
    platform: isBrowser ? 'browser' : 'node',
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text.trim() ?? '';
  // A script inside of a module has no `require` of its own.
  const require = isBrowser ? '' : "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n";
  return `// kerasc runtime, Apache-2.0\n${require}${code}\n`;
}
