// Writes the runtime as bundles carry it, beside the compiled sources: dist/runtime/PLATFORM.min.js.
import { mkdir, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { minifyRuntime, RUNTIME_PLATFORMS } from '../targets/bundle/runtime-code.ts';

const folder = new URL('../dist/runtime/', import.meta.url);

await mkdir(folder, { recursive: true });
for (const platform of RUNTIME_PLATFORMS) {
  const code = await minifyRuntime(platform);
  await writeFile(new URL(`${platform}.min.js`, folder), code);
  console.log(`dist/runtime/${platform}.min.js  ${code.length} bytes, ${brotliCompressSync(code).length} compressed`);
}
