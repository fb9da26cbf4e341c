import { describe, expect, it } from 'vitest';
import { fingerprint64 } from '../../../runtime/preprocessing/fingerprint64.ts';
import { crossBuckets, hashBucket } from '../../../runtime/preprocessing/hash-values.ts';

// What tf.strings.to_hash_bucket_fast, to_hash_bucket_strong and tf.sparse.cross_hashed of TensorFlow 2.21 give: one string
// for each way that FarmHash takes by length.
const words = ['', 'a', 'hello', 'skywalker', 'x'.repeat(17), 'y'.repeat(40), 'z'.repeat(100)];
const fast = [
  1936946117179621455n,
  3694432073954588131n,
  3786372426573024488n,
  3720374459577447326n,
  2082709914559524773n,
  276292113409495006n,
  4609163928736578169n,
];
const strong = [953272, 554259, 73327, 878416, 664513, 26785, 913964];

describe('hashes of strings', () => {
  it('are those of FarmHash at every length', () => {
    expect(words.map((word) => fingerprint64(word) % 2n ** 62n)).toEqual(fast);
  });

  it('are those of SipHash where there is a salt', () => {
    expect(words.map((word) => hashBucket(word, 1000003, [133, 137]))).toEqual(strong);
  });

  it('are of the UTF-8 bytes, and follow each other in crossed features', () => {
    expect(hashBucket('é', 1000003, null)).not.toBe(hashBucket('e', 1000003, null));
    const letters = { dtype: 'string', shape: [2], data: ['A', 'B'] } as const;
    const numbers = { dtype: 'int64', shape: [2], data: BigInt64Array.of(101n, 102n) };
    expect(crossBuckets([letters, numbers], 5)).not.toEqual(crossBuckets([numbers, letters], 5));
  });
});
