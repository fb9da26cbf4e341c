// The cache folder of native tests: kept between runs where the checkout allows it, so that unchanged code compiles once.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function testCache(): string {
  const folder = fileURLToPath(new URL('../../.cache/native-tests', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
