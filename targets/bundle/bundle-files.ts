// The files of a bundle that every WebAssembly packaging has.
import type { Manifest } from '../../runtime/manifest.ts';
import { type BundleContents, makeManifest } from './manifest.ts';
import { packageName } from './names.ts';
import { runtimeCode } from './runtime-code.ts';
import { writeDeclarations, writeLoader } from './typescript.ts';

/** Code, weights, manifest, loader with declarations, and a package.json that npm takes as it is. */
export async function bundleFiles(
  contents: BundleContents,
  platform: 'browser' | 'node' | 'native',
): Promise<Map<string, Uint8Array | string>> {
  const { manifest, files } = makeManifest(contents, platform);
  // What takes strings, or else the compiled part itself.
  const inputs = contents.hostProgram?.inputs ?? manifest.inputs;
  const suffixed = contents.hasStates ? (`${platform}-train` as const) : platform;
  const runtime = await runtimeCode(contents.hostProgram && platform !== 'native' ? `${platform}-strings` : suffixed);
  return new Map<string, Uint8Array | string>([
    ...files,
    ['manifest.json', `${JSON.stringify(manifest, null, 1)}\n`],
    ['index.js', await writeLoader(manifest, runtime)],
    ['index.d.ts', await writeDeclarations(manifest, inputs, contents.hasStates ?? false)],
    ['package.json', packageJson(manifest)],
  ]);
}

function packageJson(manifest: Manifest): string {
  const content = {
    name: packageName(manifest.name),
    version: '1.0.0',
    description: `A Keras model, compiled by ${manifest.compiler.name} ${manifest.compiler.version}`,
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './*': './*' },
    files: ['index.js', 'index.d.ts', 'manifest.json', ...Object.keys(manifest.files)],
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
