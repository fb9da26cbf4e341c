// All primitives by name. The type checker lists what is missing.
import { abs } from './abs.ts';
import { acos } from './acos.ts';
import { acosh } from './acosh.ts';
import { add } from './add.ts';
import { and } from './and.ts';
import { argReduce } from './arg-reduce.ts';
import { asin } from './asin.ts';
import { asinh } from './asinh.ts';
import { atan } from './atan.ts';
import { atan2 } from './atan2.ts';
import { atanh } from './atanh.ts';
import { barrier } from './barrier.ts';
import { bitcast } from './bitcast.ts';
import { broadcast } from './broadcast.ts';
import { cast } from './cast.ts';
import { cbrt } from './cbrt.ts';
import { ceil } from './ceil.ts';
import { compare } from './compare.ts';
import { concatenate } from './concatenate.ts';
import { cond } from './cond.ts';
import { constant } from './constant.ts';
import { convolution } from './convolution.ts';
import { cos } from './cos.ts';
import { cosh } from './cosh.ts';
import { cumulative } from './cumulative.ts';
import { customGradient } from './custom-gradient.ts';
import { digamma } from './digamma.ts';
import { divide } from './divide.ts';
import { dotGeneral } from './dot-general.ts';
import { dynamicSlice } from './dynamic-slice.ts';
import { dynamicUpdateSlice } from './dynamic-update-slice.ts';
import { erf } from './erf.ts';
import { erfInv } from './erf-inv.ts';
import { exp } from './exp.ts';
import { expm1 } from './expm1.ts';
import { floor } from './floor.ts';
import { gather } from './gather.ts';
import { iota } from './iota.ts';
import { isFinite } from './is-finite.ts';
import { lgamma } from './lgamma.ts';
import { log } from './log.ts';
import { log1p } from './log1p.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { multiply } from './multiply.ts';
import { negative } from './negative.ts';
import { nextAfter } from './next-after.ts';
import { not } from './not.ts';
import { or } from './or.ts';
import { pad } from './pad.ts';
import type { PrimitiveName } from './params.ts';
import { power } from './power.ts';
import type { Primitive } from './primitive.ts';
import { randomBits } from './random-bits.ts';
import { reduce } from './reduce.ts';
import { reduceWindow } from './reduce-window.ts';
import { remainder } from './remainder.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';
import { round } from './round.ts';
import { rsqrt } from './rsqrt.ts';
import { scan } from './scan.ts';
import { scatter } from './scatter.ts';
import { select } from './select.ts';
import { shiftLeft } from './shift-left.ts';
import { shiftRight } from './shift-right.ts';
import { shiftRightLogical } from './shift-right-logical.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';
import { slice } from './slice.ts';
import { sort } from './sort.ts';
import { sqrt } from './sqrt.ts';
import { stopGradient } from './stop-gradient.ts';
import { subtract } from './subtract.ts';
import { tan } from './tan.ts';
import { tanh } from './tanh.ts';
import { topK } from './top-k.ts';
import { transpose } from './transpose.ts';
import { whileLoop } from './while.ts';
import { xor } from './xor.ts';

export const PRIMITIVES = {
  abs,
  negative,
  sign,
  floor,
  ceil,
  round,
  sqrt,
  rsqrt,
  cbrt,
  exp,
  expm1,
  log,
  log1p,
  sigmoid,
  tanh,
  erf,
  erf_inv: erfInv,
  lgamma,
  digamma,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  not,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  power,
  maximum,
  minimum,
  atan2,
  next_after: nextAfter,
  and,
  or,
  xor,
  shift_left: shiftLeft,
  shift_right: shiftRight,
  shift_right_logical: shiftRightLogical,
  compare,
  select,
  is_finite: isFinite,
  cast,
  bitcast,
  stop_gradient: stopGradient,
  barrier,
  custom_gradient: customGradient,
  constant,
  iota,
  broadcast,
  reshape,
  transpose,
  reverse,
  slice,
  pad,
  concatenate,
  dynamic_slice: dynamicSlice,
  dynamic_update_slice: dynamicUpdateSlice,
  gather,
  scatter,
  dot_general: dotGeneral,
  convolution,
  reduce,
  arg_reduce: argReduce,
  reduce_window: reduceWindow,
  cumulative,
  sort,
  top_k: topK,
  random_bits: randomBits,
  cond,
  while: whileLoop,
  scan,
} satisfies { readonly [P in PrimitiveName]: Primitive<P> };
