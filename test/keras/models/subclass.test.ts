import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { loadModel, Model } from '../../../compiler/keras/models/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { registerKerasSerializable } from '../../../compiler/keras/saving/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';

class TwoWays extends Model {
  readonly straight = new layers.Dense(2);
  readonly around = [new layers.Dense(3, { activation: 'relu' }), new layers.Dense(2)] as const;

  override call(x: Tensor): Tensor {
    return ops.add(this.straight(x), this.around[1](this.around[0](x)));
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name };
  }
}
registerKerasSerializable(TwoWays, { package: 'tests' });

const folder = mkdtempSync(join(tmpdir(), 'kerasc-subclass-'));
afterAll(() => rmSync(folder, { recursive: true }));
const x = ops.reshape(ops.arange(8, { dtype: 'float32' }), [2, 4]);
const run = (model: Model): number[] => Array.from((model(x) as Tensor).data as Float32Array);

it('a class with call is saved with its weights and loaded again, whether it was called or predicted with', async () => {
  for (const use of [run, (model: Model): unknown => model.predict(x, { verbose: 0 })]) {
    const model = new TwoWays();
    use(model);
    const path = join(folder, 'two-ways.keras');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(loaded).toBeInstanceOf(TwoWays);
    expect(loaded.countParams()).toBe(33);
    expect(run(loaded)).toEqual(run(model));
  }
});
