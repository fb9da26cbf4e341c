// Opens the page in Chromium as a visitor would: has it read test digits, and train for a step.
import { openBrowser } from '../open-browser.ts';
import { serveFolders } from '../serve-folders.ts';

export interface BrowserTrial {
  readonly engine: string;
  /** Share of the digits that were read right. */
  readonly accuracy: number;
  readonly predictMs: number;
  readonly trainStepMs: number;
}

/**
 * null where no Chromium can be started here.
 *
 * @param folder the page and the bundle beside it
 * @param images (count, 28, 28, 1), row-major
 */
export async function tryInBrowser(folder: string, images: Float32Array, labels: ArrayLike<number>): Promise<BrowserTrial | null> {
  const browser = await openBrowser();
  if (!browser) return null;
  const { address, server } = await serveFolders([folder]);
  try {
    const page = await browser.newPage();
    await page.goto(address);
    const data = { images: Array.from(images), labels: Array.from(labels) };
    const trial = await page.evaluate<Omit<BrowserTrial, 'engine'>>(
      `import('./trial.mjs').then(({ tryModel }) => tryModel(${JSON.stringify(data)}))`,
    );
    return { ...trial, engine: `Chromium ${browser.version().split('.')[0]}` };
  } finally {
    await browser.close();
    server.close();
  }
}
