// Training for long does not need more memory than training for a little.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { network, silent, waves } from './small-models.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a History of as many numbers may take, and the noise of the runtime's own code and caches. */
const ALLOWANCE_BYTES = 1e6;

it('takes thousands of steps in constant memory', async () => {
  const model = network();
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  const [x, y] = [waves(40, 3), waves(40, 1)];
  const train = (epochs: number): Promise<unknown> => model.fit(x, y, { epochs, batchSize: 2, ...silent });
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await train(50);
  const before = used();
  // 4,000 steps: a leak of 250 bytes in each of them would show.
  await train(200);
  expect(used() - before).toBeLessThan(ALLOWANCE_BYTES);
});
