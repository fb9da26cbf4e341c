// The runtime ships with every model: its size is a feature.
import { brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { minifyRuntime } from '../../targets/bundle/index.ts';

it.each(['browser', 'node'] as const)('takes less than 5 kB brotli in %s, and asks nothing of other files', async (platform) => {
  const code = await minifyRuntime(platform);
  expect(brotliCompressSync(code).length).toBeLessThan(5000);
  expect(code).not.toMatch(/\beval\(|new Function|\bimport\(/);
  const asked = code.match(/["']node:[^"']+["']/g) ?? [];
  expect(asked.map((name) => name.slice(1, -1)).sort()).toEqual(
    platform === 'browser' ? [] : ['node:fs/promises', 'node:module', 'node:url'],
  );
});

it('takes less than 7.5 kB brotli where models are trained', async () => {
  expect(brotliCompressSync(await minifyRuntime('browser-train')).length).toBeLessThan(7500);
});
