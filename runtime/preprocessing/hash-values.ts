// Hashes of strings as numbers of bins, and of crossed features, as TensorFlow computes them.
import { fingerprint64 } from './fingerprint64.ts';
import { asStrings, type HostArray, isStringArray } from './host-array.ts';
import { sipHash } from './sip-hash.ts';

/** Two 64-bit words. */
export type Salt = readonly [number, number];

/** The bin of a string: FarmHash, or SipHash where there is a salt. */
export function hashBucket(text: string, bins: number, salt: Salt | null): number {
  const hash = salt === null ? fingerprint64(text) : sipHash(text, [BigInt(salt[0]), BigInt(salt[1])]);
  return Number(hash % BigInt(bins));
}

const MUL = 0xc6a4a7935bd1e995n;
/** The seed of `tf.sparse.cross_hashed`. */
const SEED = 0xdecafcaffen;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);

/** Joins two fingerprints. */
function joinFingerprints(first: bigint, second: bigint): bigint {
  const mixed = u64(first ^ MUL ^ u64(shiftMix(u64(second * MUL)) * MUL));
  return shiftMix(u64(shiftMix(u64(mixed * MUL)) * MUL));
}

/** The bin of each row of several features; strings count by their fingerprints, integers as they are. */
export function crossBuckets(features: readonly HostArray[], bins: number): number[] {
  const columns = features.map((feature) =>
    isStringArray(feature) ? feature.data.map(fingerprint64) : asStrings(feature).map((value) => u64(BigInt(value))),
  );
  const [first = []] = columns;
  return first.map((_, row) =>
    Number(columns.reduce((hash, column) => joinFingerprints(hash, column[row] as bigint), SEED) % BigInt(bins)),
  );
}
