// A bundle in a real browser, from a static server with a strict policy, agrees with Node to the bit.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../runtime/node.ts';
import { browserBundle } from '../../targets/browser/browser-bundle.ts';
import { writeBundle } from '../../targets/bundle/index.ts';
import { enableRelaxedSimd } from '../../targets/node/relaxed-simd.ts';
import { FEATURES, sample, sampleContents } from '../runtime/sample-bundle.ts';
import { openBrowser } from './open-browser.ts';
import { STRICT_POLICY, type StaticServer, serveFolder } from './serve.ts';

const opened = await openBrowser();
const browser = typeof opened === 'string' ? undefined : opened;
const SAMPLES = 6;

describe.skipIf(!browser)(`in Chromium${typeof opened === 'string' ? ` (skipped: ${opened})` : ''}`, () => {
  let folder = '';
  let server: StaticServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'browser-'));
    await writeBundle(join(folder, 'digits'), await browserBundle(sampleContents()));
    server = await serveFolder(folder);
  });
  afterAll(async () => {
    await (browser as Browser).close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The bits of the scores, as the page computes them. */
  async function predictIn(page: Page, variant: string): Promise<number[]> {
    // As text: the test runner would rewrite `import()` in a function.
    return page.evaluate(`(async () => {
      const { load } = await import('./index.js');
      const model = await load({ variant: ${JSON.stringify(variant)} });
      const { scores } = model.predict({ image: new Float32Array(${JSON.stringify([...sample(SAMPLES * FEATURES, 2)])}) }, { copy: true });
      return Array.from(new Uint32Array(scores.buffer));
    })()`);
  }

  async function predictHere(variant: string): Promise<number[]> {
    enableRelaxedSimd();
    using model = await load(join(folder, 'digits'), { variant });
    const { scores } = model.predict({ image: sample(SAMPLES * FEATURES, 2) }, { copy: true });
    return Array.from(new Uint32Array(scores?.buffer as ArrayBuffer));
  }

  it.each(['simd', 'relaxed'])('variant %s gives the bits that Node gives', async (variant) => {
    const page = await (browser as Browser).newPage();
    await page.goto(`${server.url}/digits/`);
    expect(await predictIn(page, variant)).toEqual(await predictHere(variant));
    await page.close();
  });

  it('the example page loads the best variant without a word on the console', async () => {
    const page = await (browser as Browser).newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(`${server.url}/digits/`);
    await page.waitForFunction(() => document.querySelector('pre')?.textContent?.includes('output first'));
    const text = await page.locator('pre').textContent();
    expect(text).toMatch(/^loaded variant relaxed in \d+ ms\ninput image: float32 \[1, 10\] of zeros\npredicted in .* ms\noutput scores: /);
    expect(messages).toEqual([]);
    await page.close();
  });

  it('a policy that forbids WebAssembly is named in the error', async () => {
    const strict = await serveFolder(folder, STRICT_POLICY.replace(" 'wasm-unsafe-eval'", ''));
    const page = await (browser as Browser).newPage();
    await page.goto(`${strict.url}/digits/`);
    await page.waitForFunction(() => document.querySelector('pre')?.textContent?.includes('Error'));
    expect(await page.locator('pre').textContent()).toMatch(
      /could not be compiled\. If the page has a Content-Security-Policy, its script-src needs 'wasm-unsafe-eval'/,
    );
    await page.close();
    await strict.close();
  });
});
