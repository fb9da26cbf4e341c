// `npm run page`: serves the page that `npm start` wrote.
import { existsSync } from 'node:fs';
import { serveFolders } from '../serve-folders.ts';

const FOLDER = 'out/digits/page';

if (existsSync(FOLDER)) {
  const { address } = await serveFolders([FOLDER]);
  console.log(`Open ${address} in a browser. Ctrl+C ends it.`);
} else {
  console.error(`There is no ${FOLDER} yet. Run npm start first: it trains the model and writes the page.`);
  process.exitCode = 1;
}
