// Starts a Chromium for examples that show what they built.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The system's, or the one that a package carries, which lacks libraries on some systems; null where none starts. */
export async function openBrowser(): Promise<Browser | null> {
  try {
    const installed = '/usr/bin/chromium';
    if (existsSync(installed)) return await chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
    const { default: packaged } = await import('@sparticuz/chromium');
    return await chromium.launch({ executablePath: await packaged.executablePath(), args: packaged.args });
  } catch {
    return null;
  }
}
