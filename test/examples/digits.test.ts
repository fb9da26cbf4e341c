// What `npm start` does, on a part of the digits: training, the page that goes on training, the C++ library.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../examples/open-browser.ts';
import { serveFolders } from '../../examples/serve-folders.ts';
import { runProcess } from '../../targets/native/run-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const browser = await openBrowser();

describe('the digits example', () => {
  let output = '';

  beforeAll(async () => {
    const result = await runProcess([process.execPath, '--import', 'tsx', 'examples/digits/main.ts', '6000', '2'], { cwd: root });
    expect(result.status, result.output).toBe(0);
    output = result.output;
  });

  const row = (name: string): string[] => (new RegExp(`^${name} {2,}(.*)$`, 'm').exec(output)?.[1] ?? '').split(/ {3,}/);

  it('learns to read digits that it has not seen', () => {
    // It stands at 92 to 93 % after these 94 steps; guessing gives 10 %.
    expect(Number(/right of all 10,000 test digits.*: ([\d.]+)%/.exec(output)?.[1])).toBeGreaterThan(88);
  });

  it('builds for the browser and as a C++ library, both close to the reference', () => {
    const differences = row('largest difference to the reference').filter((text) => text !== 'not verified');
    expect(differences.length).toBeGreaterThan(0);
    for (const difference of differences) expect(Number(difference)).toBeLessThan(1e-5);
    expect(existsSync(`${root}out/digits/c/CMakeLists.txt`)).toBe(true);
  });

  it('is small: with the runtime and what trains it, under 60 kB after brotli', () => {
    const [browserCode] = row('code');
    expect(Number(/brotli ([\d.]+) kB/.exec(browserCode ?? '')?.[1])).toBeLessThan(60);
  });

  it.skipIf(!browser)('shows a page that reads what is drawn and learns what it is told (needs Chromium)', async () => {
    const { address, server } = await serveFolders([`${root}out/digits/page`]);
    try {
      const page = await (browser as NonNullable<typeof browser>).newPage();
      await page.goto(address);
      const status = page.locator('#status');
      await status.getByText('ready').waitFor();
      const canvas = (await page.locator('canvas').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const at = (x: number, y: number): [number, number] => [canvas.x + x * canvas.width, canvas.y + y * canvas.height];
      await page.mouse.move(...at(0.5, 0.2));
      await page.mouse.down();
      await page.mouse.move(...at(0.5, 0.8), { steps: 10 });
      await page.mouse.up();
      const shareOf = (digit: number): Promise<number> =>
        page.evaluate(`Number.parseFloat(document.querySelectorAll('#scores button')[${digit}].style.getPropertyValue('--share'))`);
      await page.waitForFunction("document.querySelector('#scores button').style.getPropertyValue('--share') !== ''");
      const before = await shareOf(7);
      for (let lesson = 0; lesson < 6; lesson++) {
        await page.locator('#scores button').nth(7).click();
        await status.getByText('learned').waitFor();
      }
      await page.waitForTimeout(500);
      expect(await shareOf(7)).toBeGreaterThan(before);
    } finally {
      server.close();
      await browser?.close();
    }
  });
});
