// SipHash-2-4, by which TensorFlow hashes strings with a salt.

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, shift: bigint): bigint => u64((value << shift) | (value >> (64n - shift)));

/** The hash of the string's UTF-8 bytes under a key of two 64-bit words, in [0, 2^64). */
export function sipHash(text: string, key: readonly [bigint, bigint]): bigint {
  const bytes = new TextEncoder().encode(text);
  const [k0, k1] = [u64(key[0]), u64(key[1])];
  let [v0, v1] = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn];
  let [v2, v3] = [k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      v0 = u64(v0 + v1);
      v1 = rotate(v1, 13n) ^ v0;
      v0 = rotate(v0, 32n);
      v2 = u64(v2 + v3);
      v3 = rotate(v3, 16n) ^ v2;
      v0 = u64(v0 + v3);
      v3 = rotate(v3, 21n) ^ v0;
      v2 = u64(v2 + v1);
      v1 = rotate(v1, 17n) ^ v2;
      v2 = rotate(v2, 32n);
    }
  };
  // The last word holds what is left of the bytes, and the length in its highest byte.
  const padded = new DataView(new ArrayBuffer((bytes.length & ~7) + 8));
  bytes.forEach((byte, at) => {
    padded.setUint8(at, byte);
  });
  padded.setUint8(padded.byteLength - 1, bytes.length & 0xff);
  for (let at = 0; at < padded.byteLength; at += 8) {
    const word = padded.getBigUint64(at, true);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xffn;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}
