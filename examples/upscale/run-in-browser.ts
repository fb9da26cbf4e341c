// Opens a bundle in Chromium from a web server, as a visitor of a page would.
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../open-browser.ts';
import { serveFolders } from '../serve-folders.ts';
import type { Run } from './run-in-node.ts';

/** null where no Chromium can be started here. */
export async function runInBrowser(bundle: string, pixels: Float32Array): Promise<Run | null> {
  const browser = await openBrowser();
  if (!browser) return null;
  // The script of this example beside the bundle's files.
  const { address, server } = await serveFolders([bundle, fileURLToPath(new URL('.', import.meta.url))]);
  try {
    const page = await browser.newPage();
    await page.goto(address);
    const result = await page.evaluate<{ values: number[]; times: number[]; variant: string }>(
      `Promise.all([import('./index.js'), import('./page.mjs')]).then(([{ load }, { double }]) => double(load, [${pixels.join()}]))`,
    );
    return { ...result, values: Float32Array.from(result.values), engine: `Chromium ${browser.version().split('.')[0]}` };
  } finally {
    await browser.close();
    server.close();
  }
}
