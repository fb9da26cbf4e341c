// float16 and bfloat16 in WebAssembly, which has neither: small functions on four lanes, added to a module that uses them.
import binaryen from 'binaryen';
import { type Ref, splatI32, vectorConstant, type WasmModule } from './machine.ts';

/** widen: four 16-bit patterns in 32-bit lanes to f32. round: f32 to the nearest pattern, ties to even. */
export type HalfHelper = 'widenFloat16' | 'roundFloat16' | 'roundBfloat16';

interface Helper {
  /** Not an identifier, so that no kernel can have it. */
  readonly name: string;
  /** The body over parameter 0; the locals after it are v128. */
  readonly body: (module: WasmModule) => Ref;
  readonly locals: number;
}

export const halfHelpers: Record<HalfHelper, Helper> = {
  widenFloat16: { name: 'half.widen_f16', locals: 1, body: widenFloat16 },
  roundFloat16: { name: 'half.round_f16', locals: 2, body: roundFloat16 },
  roundBfloat16: { name: 'half.round_bf16', locals: 1, body: roundBfloat16 },
};

export function addHalfHelpers(module: WasmModule, helpers: Iterable<HalfHelper>): void {
  for (const helper of helpers) {
    const { name, body, locals } = halfHelpers[helper];
    module.addFunction(name, binaryen.v128, binaryen.v128, new Array<binaryen.Type>(locals).fill(binaryen.v128), body(module));
  }
}

const get = (module: WasmModule, index: number): Ref => module.local.get(index, binaryen.v128);
const splatF32 = (module: WasmModule, value: number): Ref =>
  vectorConstant(module, { scalar: 'f32', lanes: 4 }, [value, value, value, value]);

/**
 * Shifted into place, exponent and fraction mean 2^-112 times the value; the multiplication is exact and gives subnormals
 * their value. Infinity and NaN (magnitude above 0x7bff) get the largest exponent.
 */
function widenFloat16(module: WasmModule): Ref {
  const { v128, i32x4, f32x4, i32 } = module;
  const magnitude = v128.and(get(module, 0), splatI32(module, 0x7fff));
  const shifted = i32x4.shl(module.local.tee(1, magnitude, binaryen.v128), i32.const(13));
  const scaled = f32x4.mul(shifted, splatF32(module, 2 ** 112));
  const special = v128.and(i32x4.gt_s(get(module, 1), splatI32(module, 0x7bff)), splatI32(module, 0x7f800000));
  const sign = i32x4.shl(v128.and(get(module, 0), splatI32(module, 0x8000)), i32.const(16));
  return v128.or(v128.or(scaled, special), sign);
}

function roundFloat16(module: WasmModule): Ref {
  const { v128, i32x4, f32x4, i32 } = module;
  const magnitude = (): Ref => get(module, 1);
  const odd = v128.and(i32x4.shr_u(magnitude(), i32.const(13)), splatI32(module, 1));
  // The exponent is rebased and 13 bits are rounded away; a carry goes into the exponent, as it should.
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(magnitude(), splatI32(module, 0xfff - 0x38000000)), odd), i32.const(13));
  const subnormal = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(magnitude(), splatF32(module, 2 ** 24))));
  const finite = v128.bitselect(subnormal, normal, i32x4.lt_s(magnitude(), splatI32(module, 0x38800000)));
  const orInfinite = v128.bitselect(splatI32(module, 0x7c00), finite, i32x4.gt_s(magnitude(), splatI32(module, 0x477fefff)));
  const result = v128.bitselect(splatI32(module, 0x7e00), orInfinite, i32x4.gt_s(magnitude(), splatI32(module, 0x7f800000)));
  return module.block(
    null,
    [
      module.local.set(1, v128.and(get(module, 0), splatI32(module, 0x7fffffff))),
      module.local.set(2, v128.and(i32x4.shr_u(get(module, 0), i32.const(16)), splatI32(module, 0x8000))),
      v128.or(result, get(module, 2)),
    ],
    binaryen.v128,
  );
}

function roundBfloat16(module: WasmModule): Ref {
  const { v128, i32x4, i32 } = module;
  const odd = v128.and(i32x4.shr_u(get(module, 0), i32.const(16)), splatI32(module, 1));
  const rounded = i32x4.shr_u(i32x4.add(i32x4.add(get(module, 0), splatI32(module, 0x7fff)), odd), i32.const(16));
  const quiet = v128.or(v128.and(i32x4.shr_u(get(module, 0), i32.const(16)), splatI32(module, 0x8000)), splatI32(module, 0x7fc0));
  const isNaN = i32x4.gt_s(v128.and(get(module, 0), splatI32(module, 0x7fffffff)), splatI32(module, 0x7f800000));
  return module.block(null, [module.local.set(1, isNaN), v128.bitselect(quiet, rounded, get(module, 1))], binaryen.v128);
}
