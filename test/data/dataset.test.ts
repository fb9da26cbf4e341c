// Pipelines: order, batches, passes, sizes.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { data, ops, type Tensor } from '../../compiler/index.ts';

const { Dataset } = data;
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as ArrayLike<number>, Number);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Counts how often it is read. */
function counted(count: number): { readonly dataset: data.Dataset<number>; readonly reads: () => number } {
  let reads = 0;
  const dataset = Dataset.fromGenerator(function* () {
    for (let index = 0; index < count; index++) {
      reads++;
      yield index;
    }
  }, count);
  return { dataset, reads: () => reads };
}

describe('a dataset of arrays', () => {
  it('gives the rows of every array of the structure', async () => {
    const rows = await Dataset.fromTensorSlices({ x: ops.reshape(ops.arange(6), [3, 2]), y: [7, 8, 9], word: ['a', 'b', 'c'] }).toArray();
    expect(rows.map(({ x }) => numbers(x))).toEqual([[0, 1], [2, 3], [4, 5]]); // biome-ignore format: one line
    expect(rows.map(({ y }) => Number(y.item()))).toEqual([7, 8, 9]);
    expect(rows.map(({ word }) => word.data[0])).toEqual(['a', 'b', 'c']);
  });

  it('refuses arrays of different lengths', () => {
    expect(() => Dataset.fromTensorSlices([ops.ones([3, 2]), ops.ones([2])])).toThrow(/same number of rows.*\(3, 2\), \(2,\)/);
  });

  it('comes back from batches as it was', async () => {
    const batches = Dataset.fromTensorSlices([ops.arange(5), ops.ones([5, 2])]).batch(2);
    expect(batches.cardinality).toBe(3);
    expect((await batches.toArray()).map(([x, y]) => [x.shape, y.shape])).toEqual([[[2], [2, 2]], [[2], [2, 2]], [[1], [1, 2]]]); // biome-ignore format: one line
    expect((await batches.unbatch().toArray()).map(([x]) => Number(x.item()))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('batches', () => {
  it('leave out the remainder where asked', async () => {
    const batches = Dataset.range(5).batch(2, { dropRemainder: true });
    expect(batches.cardinality).toBe(2);
    expect((await batches.toArray()).map(numbers)).toEqual([[0, 1], [2, 3]]); // biome-ignore format: one line
  });

  it('keep the dtype of their elements', async () => {
    const [batch] = await Dataset.fromTensorSlices(ops.ones([3], { dtype: 'uint8' }))
      .batch(3)
      .toArray();
    expect(batch?.dtype).toBe('uint8');
  });

  it('fill up elements of different sizes where asked, and refuse them otherwise', async () => {
    const ragged = Dataset.fromList([[1], [2, 3, 4]]);
    await expect(ragged.batch(2).toArray()).rejects.toThrow(/need the same shape/);
    const [batch] = await ragged.paddedBatch(2, { paddingValue: -1 }).toArray();
    expect([batch?.shape, numbers(batch as Tensor)]).toEqual([[2, 3], [1, -1, -1, 2, 3, 4]]); // biome-ignore format: one line
  });

  it('fill up every axis', async () => {
    const [batch] = await Dataset.fromList([[[1, 2]], [[3], [4]]])
      .paddedBatch(2)
      .toArray();
    expect([batch?.shape, numbers(batch as Tensor)]).toEqual([[2, 2, 2], [1, 2, 0, 0, 3, 0, 4, 0]]); // biome-ignore format: one line
  });
});

describe('shuffle', () => {
  it('gives every element once, in an order of the seed, another one in each pass', async () => {
    const shuffle = (): data.Dataset<number> => Dataset.range(50).shuffle(50, { seed: 3 });
    const first = shuffle();
    const passes = [await first.toArray(), await first.toArray()];
    expect(passes.map((pass) => [...pass].sort((a, b) => a - b))).toEqual([range(50), range(50)]);
    expect(passes[0]).not.toEqual(passes[1]);
    expect(await shuffle().toArray()).toEqual(passes[0]);
  });

  it('keeps its order over passes where asked', async () => {
    const dataset = Dataset.range(50).shuffle(50, { seed: 3, reshuffleEachIteration: false });
    expect(await dataset.toArray()).toEqual(await dataset.toArray());
  });

  it('moves an element forward by less than its buffer', async () => {
    const order = await Dataset.range(100).shuffle(10, { seed: 1 }).toArray();
    expect(order.every((element, place) => element - place < 10)).toBe(true);
  });

  it('puts every element in every place about as often', async () => {
    const firsts = new Map<number, number>();
    const dataset = Dataset.range(4).shuffle(4, { seed: 5 });
    for (let pass = 0; pass < 2000; pass++) {
      const [first] = (await dataset.take(1).toArray()) as [number];
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    // Binomial of 2000 and 1/4: a standard deviation of 19.4.
    expect([...firsts.values()].every((count) => Math.abs(count - 500) < 5 * 19.4)).toBe(true);
  });
});

describe('a pipeline', () => {
  it('maps and filters, also asynchronously', async () => {
    const dataset = Dataset.range(6)
      .filter(async (element) => element % 2 === 0)
      .map(async (element, index) => element * 10 + index);
    expect(await dataset.toArray()).toEqual([0, 21, 42]);
    expect(dataset.cardinality).toBe(data.UNKNOWN_CARDINALITY);
  });

  it('takes, skips, repeats and concatenates', async () => {
    const dataset = Dataset.range(3)
      .skip(1)
      .repeat(2)
      .concatenate(Dataset.range(10, 16, 3));
    expect(await dataset.toArray()).toEqual([1, 2, 1, 2, 10, 13]);
    expect(dataset.cardinality).toBe(6);
    expect(Dataset.range(3).repeat().cardinality).toBe(data.INFINITE_CARDINALITY);
    expect(await Dataset.range(3).repeat().take(7).toArray()).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('repeats nothing without end only once', async () => {
    expect(await Dataset.range(0).repeat().toArray()).toEqual([]);
  });

  it('zips as far as the shortest goes, and ends the others', async () => {
    let isEnded = false;
    const endless = Dataset.fromGenerator(function* () {
      try {
        for (;;) yield 'x';
      } finally {
        isEnded = true;
      }
    }, data.INFINITE_CARDINALITY);
    const zipped = Dataset.zip(Dataset.range(2), endless);
    expect(zipped.cardinality).toBe(2);
    expect(await zipped.toArray()).toEqual([[0, 'x'], [1, 'x']]); // biome-ignore format: one line
    expect(isEnded).toBe(true);
  });

  it('reads cached elements once', async () => {
    const { dataset, reads } = counted(4);
    const cached = dataset.cache();
    expect([await cached.toArray(), await cached.toArray()]).toEqual([range(4), range(4)]);
    expect(reads()).toBe(4);
  });

  it('does not keep a pass that was broken off', async () => {
    const { dataset, reads } = counted(4);
    const cached = dataset.cache();
    await cached.take(2).toArray();
    expect(await cached.toArray()).toEqual(range(4));
    expect(reads()).toBe(6);
  });

  it('reads ahead, and passes errors on', async () => {
    const { dataset, reads } = counted(10);
    const iterator = dataset.prefetch(3)[Symbol.asyncIterator]();
    await iterator.next();
    await setImmediate();
    expect(reads()).toBe(4);
    await iterator.return();
    const broken = Dataset.range(3).map((element) => {
      if (element === 1) throw new Error('broken');
      return element;
    });
    await expect(broken.prefetch(2).toArray()).rejects.toThrow('broken');
  });

  it('numbers its elements', async () => {
    expect(await Dataset.fromList(['a', 'b']).enumerate(5).toArray()).toEqual([[5, 'a'], [6, 'b']]); // biome-ignore format: one line
  });

  it('refuses sizes that are no counts, and an array of what is endless', async () => {
    expect(() => Dataset.range(3).batch(0)).toThrow(/batch size must be a whole number/);
    await expect(Dataset.range(3).repeat().toArray()).rejects.toThrow(/endless/);
  });
});
