// Opens a bundle in Chromium from a web server, as a visitor of a page would.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Run } from './run-in-node.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** null where no Chromium can be started here. */
export async function runInBrowser(bundle: string, pixels: Float32Array): Promise<Run | null> {
  const browser = await openBrowser();
  if (!browser) return null;
  const server = await serve(bundle);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
    const result = await page.evaluate<{ values: number[]; times: number[]; variant: string }>(
      `Promise.all([import('./index.js'), import('./page.mjs')]).then(([{ load }, { double }]) => double(load, [${pixels.join()}]))`,
    );
    return { ...result, values: Float32Array.from(result.values), engine: `Chromium ${browser.version().split('.')[0]}` };
  } finally {
    await browser.close();
    server.close();
  }
}

/** The system's, or the one that a package carries; it lacks libraries on some systems. */
async function openBrowser(): Promise<Browser | null> {
  try {
    const installed = '/usr/bin/chromium';
    if (existsSync(installed)) return await chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
    const { default: packaged } = await import('@sparticuz/chromium');
    return await chromium.launch({ executablePath: await packaged.executablePath(), args: packaged.args });
  } catch {
    return null;
  }
}

/** The bundle's files, and the script of this example beside them. */
async function serve(bundle: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const path = name === 'page.mjs' ? new URL('page.mjs', import.meta.url) : join(bundle, name);
    const content = await readFile(path).catch(() => null);
    response.writeHead(content ? 200 : 404, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(content);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}
