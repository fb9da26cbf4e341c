// Finds a Chromium for tests: Debian's, or the one that @sparticuz/chromium carries.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A running browser, or the reason why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  try {
    const { executablePath, args } = await findChromium();
    return await chromium.launch({ executablePath, args, headless: true });
  } catch (error) {
    return `no Chromium could be started: ${(error as Error).message.split('\n')[0]}`;
  }
}

async function findChromium(): Promise<{ executablePath: string; args: string[] }> {
  const installed = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(installed)) return { executablePath: installed, args: ['--no-sandbox'] };
  const { default: packaged } = await import('@sparticuz/chromium');
  return { executablePath: await packaged.executablePath(), args: packaged.args };
}
