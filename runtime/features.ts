// Finds out what this engine's WebAssembly can do, by asking it whether a module of one instruction is valid.

/** The bytes of a module whose one function, without parameters, gives a v128 computed by `code`. */
function probe(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0, ...code, 11];
  return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body]);
}

/** i32.const 0, i8x16.splat */
const VECTOR = [65, 0, 253, 15];

const PROBES: Readonly<Record<string, readonly number[]>> = {
  simd: VECTOR,
  // f32x4.relaxed_madd
  'relaxed-simd': [...VECTOR, ...VECTOR, ...VECTOR, 253, 133, 2],
};

/** A feature with a name that this runtime does not know counts as missing. */
export function isSupported(feature: string): boolean {
  const code = Object.hasOwn(PROBES, feature) ? PROBES[feature] : undefined;
  return code !== undefined && WebAssembly.validate(probe(code));
}
