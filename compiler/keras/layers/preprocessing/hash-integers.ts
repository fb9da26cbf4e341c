// Hashes of integers in ops: as TensorFlow does, those of their decimals. So a layer that hashes numbers is part of the program.

import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';

/** Digits of the largest 64-bit number, and a sign. */
const LONGEST = 20;
const BITS = 0xffffffffffffffffn;

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

/** Either a number for every element, or one of each element. */
type Word = Tensor | bigint;

/** Arithmetic modulo 2^64 on tensors of one shape. */
class Words {
  readonly #shape: readonly number[];

  constructor(shape: readonly number[]) {
    this.#shape = shape;
  }

  of(value: Word): Tensor {
    return typeof value === 'bigint' ? lax.full(this.#shape, value & BITS, 'uint64') : value;
  }

  add = (...terms: Word[]): Tensor => terms.map((term) => this.of(term)).reduce((sum, term) => lax.add(sum, term));
  multiply = (a: Word, b: Word): Tensor => lax.multiply(this.of(a), this.of(b));
  xor = (...terms: Word[]): Tensor => terms.map((term) => this.of(term)).reduce((sum, term) => lax.xor(sum, term));
  left = (a: Word, bits: Word): Tensor => lax.shift_left(this.of(a), this.of(bits));
  right = (a: Word, bits: Word): Tensor => lax.shift_right_logical(this.of(a), this.of(bits));
  rotateRight = (a: Word, bits: bigint): Tensor => lax.or(this.right(a, bits), this.left(a, 64n - bits));
  rotateLeft = (a: Word, bits: bigint): Tensor => this.rotateRight(a, 64n - bits);
  mix = (a: Word): Tensor => this.xor(a, this.right(a, 47n));
  remainder = (a: Word, b: Word): Tensor => lax.remainder(this.of(a), this.of(b));
  subtract = (a: Word, b: Word): Tensor => lax.subtract(this.of(a), this.of(b));
  isAtLeast = (a: Word, b: Word): Tensor => lax.compare('greater_equal', this.of(a), this.of(b));
  select = (condition: Tensor, a: Word, b: Word): Tensor => lax.select(condition, this.of(a), this.of(b));
}

/** The decimals of whole numbers as bytes: `at(i)` is the byte there, `length` how many there are. */
interface Decimals {
  readonly words: Words;
  readonly length: Tensor;
  /** The eight bytes from a place on, the first in the lowest bits; zero beyond the end. */
  word(from: Word): Tensor;
}

function decimalsOf(x: Tensor): Decimals {
  const words = new Words(x.shape);
  const isNegative = lax.compare('less', x, lax.full(x.shape, 0n, 'int64'));
  const bits = lax.bitcast(x, 'uint64');
  const magnitude = words.select(isNegative, words.subtract(0n, bits), bits);
  const sign = lax.cast(isNegative, 'uint64');
  const powers = Array.from({ length: LONGEST - 1 }, (_, k) => 10n ** BigInt(k));
  const digits = powers.map((power) => words.remainder(lax.divide(magnitude, words.of(power)), 10n));
  const count = words.add(...powers.map((power, k) => (k === 0 ? 1n : lax.cast(words.isAtLeast(magnitude, power), 'uint64'))));
  const length = words.add(count, sign);
  const word = (from: Word): Tensor => {
    const start = words.of(from);
    const isHere = (place: Tensor): Tensor => lax.and(words.isAtLeast(place, start), lax.compare('less', place, words.add(start, 8n)));
    const byteAt = (place: Tensor, byte: Word): Tensor =>
      words.select(isHere(place), words.left(byte, words.multiply(words.subtract(place, start), 8n)), 0n);
    const bytes = digits.map((digit, k) => {
      const exists = words.isAtLeast(words.subtract(count, 1n), BigInt(k));
      const place = words.subtract(length, BigInt(k + 1));
      return words.select(exists, byteAt(place, words.add(digit, 48n)), 0n);
    });
    const minus = words.select(isNegative, byteAt(words.of(0n), 45n), 0n);
    return words.add(minus, ...bytes);
  };
  return { words, length, word };
}

/** FarmHash's Fingerprint64 of the decimals; see `runtime/preprocessing/fingerprint64.ts`, whose cases up to 32 bytes these are. */
function fingerprint({ words: w, length, word }: Decimals): Tensor {
  const at = (distance: bigint): Tensor => w.subtract(length, distance);
  const byte = (from: Word): Tensor => lax.and(word(from), w.of(0xffn));
  const half = (from: Word): Tensor => lax.and(word(from), w.of(0xffffffffn));
  const mul = w.add(K2, w.multiply(length, 2n));
  const join = (u: Word, v: Word): Tensor => {
    const a = w.mix(w.multiply(w.xor(u, v), mul));
    return w.multiply(w.mix(w.multiply(w.xor(v, a), mul)), mul);
  };
  const upTo3 = (): Tensor => {
    const y = w.add(byte(0n), w.multiply(byte(w.right(length, 1n)), 256n));
    const z = w.add(length, w.multiply(byte(at(1n)), 4n));
    return w.multiply(w.mix(w.xor(w.multiply(y, K2), w.multiply(z, K0))), K2);
  };
  const upTo7 = (): Tensor => join(w.add(length, w.left(half(0n), 3n)), half(at(4n)));
  const upTo16 = (): Tensor => {
    const a = w.add(word(0n), K2);
    const b = word(at(8n));
    return join(w.add(w.multiply(w.rotateRight(b, 37n), mul), a), w.multiply(w.add(w.rotateRight(a, 25n), b), mul));
  };
  const upTo32 = (): Tensor => {
    const [a, b] = [w.multiply(word(0n), K1), word(8n)];
    const [c, d] = [w.multiply(word(at(8n)), mul), w.multiply(word(at(16n)), K2)];
    const u = w.add(w.rotateRight(w.add(a, b), 43n), w.rotateRight(c, 30n), d);
    return join(u, w.add(a, w.rotateRight(w.add(b, K2), 18n), c));
  };
  const long = w.select(w.isAtLeast(length, 17n), upTo32(), upTo16());
  const short = w.select(w.isAtLeast(length, 4n), upTo7(), upTo3());
  return w.select(w.isAtLeast(length, 8n), long, short);
}

/** SipHash-2-4 of the decimals, whose at most 20 bytes are one to three words with the length in the last one's highest byte. */
function sipHash({ words: w, length, word }: Decimals, [k0, k1]: readonly [bigint, bigint]): Tensor {
  let state: readonly Tensor[] = [
    w.of(k0 ^ 0x736f6d6570736575n),
    w.of(k1 ^ 0x646f72616e646f6dn),
    w.of(k0 ^ 0x6c7967656e657261n),
    w.of(k1 ^ 0x7465646279746573n),
  ];
  const round = ([v0, v1, v2, v3]: readonly Tensor[]): readonly Tensor[] => {
    const a = w.add(v0 as Tensor, v1 as Tensor);
    const b = w.xor(w.rotateLeft(v1 as Tensor, 13n), a);
    const c = w.add(v2 as Tensor, v3 as Tensor);
    const d = w.xor(w.rotateLeft(v3 as Tensor, 16n), c);
    const e = w.add(w.rotateLeft(a, 32n), d);
    const f = w.add(c, b);
    return [e, w.xor(w.rotateLeft(b, 17n), f), w.rotateLeft(f, 32n), w.xor(w.rotateLeft(d, 21n), e)];
  };
  const last = w.right(length, 3n);
  for (const index of [0n, 1n, 2n]) {
    const isLast = lax.compare('equal', last, w.of(index));
    const block = w.add(word(index * 8n), w.select(isLast, w.left(length, 56n), 0n));
    const [v0, v1, v2, v3] = state as [Tensor, Tensor, Tensor, Tensor];
    const [n0, ...rest] = round(round([v0, v1, v2, w.xor(v3, block)])) as [Tensor, Tensor, Tensor, Tensor];
    const next = [w.xor(n0, block), ...rest];
    const exists = w.isAtLeast(last, index);
    state = state.map((value, part) => w.select(exists, next[part] as Tensor, value));
  }
  const [v0, v1, v2, v3] = state as [Tensor, Tensor, Tensor, Tensor];
  return w.xor(...round(round(round(round([v0, v1, w.xor(v2, 0xffn), v3])))));
}

/** The bin of each whole number: FarmHash of its decimals, or SipHash where there is a salt. In int64. */
export function integerBuckets(x: Tensor, bins: number, salt: readonly [number, number] | null): Tensor {
  const decimals = decimalsOf(lax.cast(x, 'int64'));
  const key = salt?.map((word) => BigInt.asUintN(64, BigInt(word)));
  const hash = key ? sipHash(decimals, key as unknown as readonly [bigint, bigint]) : fingerprint(decimals);
  return lax.cast(decimals.words.remainder(hash, BigInt(bins)), 'int64');
}

const CROSS_MUL = 0xc6a4a7935bd1e995n;
const CROSS_SEED = 0xdecafcaffen;

/** The bin of each row of several whole numbers, as `tf.sparse.cross_hashed` finds it. In int64. */
export function crossIntegers(features: readonly Tensor[], bins: number): Tensor {
  const [first] = features as [Tensor];
  const w = new Words(first.shape);
  const join = (a: Tensor, b: Tensor): Tensor => {
    const mixed = w.xor(a, CROSS_MUL, w.multiply(w.mix(w.multiply(b, CROSS_MUL)), CROSS_MUL));
    return w.mix(w.multiply(w.mix(w.multiply(mixed, CROSS_MUL)), CROSS_MUL));
  };
  const columns = features.map((feature) => lax.bitcast(lax.cast(feature, 'int64'), 'uint64'));
  return lax.cast(w.remainder(columns.reduce(join, w.of(CROSS_SEED)), BigInt(bins)), 'int64');
}
