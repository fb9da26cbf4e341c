// FarmHash's Fingerprint64 (farmhashna::Hash64), by which TensorFlow hashes strings. The npm packages of FarmHash are native addons
// or WebAssembly of a hundred kilobytes; bundles need this one function.

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const MUL = 0x9ddfea08eb382d69n;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, shift: bigint): bigint => (shift === 0n ? value : u64((value >> shift) | (value << (64n - shift))));
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);

/** Mixes two words into one. */
function hash16(u: bigint, v: bigint, mul: bigint = MUL): bigint {
  const a = shiftMix(u64((u ^ v) * mul));
  return u64(shiftMix(u64((v ^ a) * mul)) * mul);
}

class Bytes {
  readonly view: DataView;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }

  /** 64 bits, little-endian, as FarmHash reads them. */
  word(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  half(at: number): bigint {
    return BigInt(this.view.getUint32(at, true));
  }
}

/** The fingerprint of the string's UTF-8 bytes, in [0, 2^64). */
export function fingerprint64(text: string): bigint {
  const bytes = new Bytes(new TextEncoder().encode(text));
  const { length } = bytes;
  if (length <= 16) return upTo16(bytes);
  if (length <= 32) return upTo32(bytes);
  if (length <= 64) return upTo64(bytes);
  return longer(bytes);
}

function upTo16(s: Bytes): bigint {
  const { length } = s;
  const n = BigInt(length);
  if (length >= 8) {
    const mul = u64(K2 + n * 2n);
    const a = u64(s.word(0) + K2);
    const b = s.word(length - 8);
    const c = u64(rotate(b, 37n) * mul + a);
    const d = u64((rotate(a, 25n) + b) * mul);
    return hash16(c, d, mul);
  }
  if (length >= 4) return hash16(n + (s.half(0) << 3n), s.half(length - 4), u64(K2 + n * 2n));
  if (length === 0) return K2;
  const [a, b, c] = [s.view.getUint8(0), s.view.getUint8(length >> 1), s.view.getUint8(length - 1)];
  const y = BigInt(a + b * 256);
  const z = BigInt(length + c * 4);
  return u64(shiftMix(u64(y * K2) ^ u64(z * K0)) * K2);
}

function upTo32(s: Bytes): bigint {
  const { length } = s;
  const mul = u64(K2 + BigInt(length) * 2n);
  const a = u64(s.word(0) * K1);
  const b = s.word(8);
  const c = u64(s.word(length - 8) * mul);
  const d = u64(s.word(length - 16) * K2);
  return hash16(u64(rotate(u64(a + b), 43n) + rotate(c, 30n) + d), u64(a + rotate(u64(b + K2), 18n) + c), mul);
}

function upTo64(s: Bytes): bigint {
  const { length } = s;
  const mul = u64(K2 + BigInt(length) * 2n);
  const a = u64(s.word(0) * K2);
  const b = s.word(8);
  const c = u64(s.word(length - 8) * mul);
  const d = u64(s.word(length - 16) * K2);
  const y = u64(rotate(u64(a + b), 43n) + rotate(c, 30n) + d);
  const z = hash16(y, u64(a + rotate(u64(b + K2), 18n) + c), mul);
  const e = u64(s.word(16) * mul);
  const f = s.word(24);
  const g = u64((y + s.word(length - 32)) * mul);
  const h = u64((z + s.word(length - 24)) * mul);
  return hash16(u64(rotate(u64(e + f), 43n) + rotate(g, 30n) + h), u64(e + rotate(u64(f + a), 18n) + g), mul);
}

/** A 16-byte hash of 32 bytes and two seeds: quick and weak, as its authors say. */
function weakHash(s: Bytes, at: number, a: bigint, b: bigint): readonly [bigint, bigint] {
  const [w, x, y, z] = [s.word(at), s.word(at + 8), s.word(at + 16), s.word(at + 24)];
  const first = u64(a + w);
  const second = rotate(u64(b + first + z), 21n);
  const sum = u64(first + x + y);
  return [u64(sum + z), u64(second + rotate(sum, 44n) + first)];
}

function longer(s: Bytes): bigint {
  const seed = 81n;
  let x = seed;
  let y = u64(seed * K1 + 113n);
  let z = u64(shiftMix(u64(y * K2 + 113n)) * K2);
  let v: readonly [bigint, bigint] = [0n, 0n];
  let w: readonly [bigint, bigint] = [0n, 0n];
  x = u64(x * K2 + s.word(0));
  /** One round over 64 bytes; the last one multiplies otherwise. */
  const round = (at: number, mul: bigint, share: bigint): void => {
    x = u64(rotate(u64(x + y + v[0] + s.word(at + 8)), 37n) * mul);
    y = u64(rotate(u64(y + v[1] + s.word(at + 48)), 42n) * mul);
    x ^= u64(w[1] * share);
    y = u64(y + v[0] * share + s.word(at + 40));
    z = u64(rotate(u64(z + w[0]), 33n) * mul);
    v = weakHash(s, at, u64(v[1] * mul), u64(x + w[0]));
    w = weakHash(s, at + 32, u64(z + w[1]), u64(y + s.word(at + 16)));
    [z, x] = [x, z];
  };
  const end = ((s.length - 1) >> 6) * 64;
  for (let at = 0; at < end; at += 64) round(at, K1, 1n);
  const mul = u64(K1 + ((z & 0xffn) << 1n));
  w = [u64(w[0] + BigInt((s.length - 1) & 63)), w[1]];
  v = [u64(v[0] + w[0]), v[1]];
  w = [u64(w[0] + v[0]), w[1]];
  round(s.length - 64, mul, 9n);
  return hash16(u64(hash16(v[0], w[0], mul) + shiftMix(y) * K0 + z), u64(hash16(v[1], w[1], mul) + x), mul);
}
