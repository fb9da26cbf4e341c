// Angles modulo pi / 2: by Cody and Waite's subtraction in parts where the quotient is small, by Payne and Hanek's product with the
// bits of 2 / pi where it is not.

import type { Block } from '../kernel-ir/block.ts';
import { advance, binary, compare, constant, convert, index, load, pointerTo, reduceLanes, register, store } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import { Floats } from './floats.ts';

/** x = quadrant pi / 2 + rest, |rest| at most a little above pi / 4; the quadrant is an integer of the size of x. */
export interface Angle {
  readonly quadrant: Expr;
  readonly rest: Expr;
}

/** pi / 2 in parts whose products with quotients below the limit are exact, but for the last. */
const HALF_PI = {
  f32: [1.5703125, 0.0004837512969970703125, 7.549533620476722717285156e-8, 2.563344151594518788e-12],
  f64: [1.57079632580280303955078125, 9.92093579163522143460340885213e-10, 5.17018298179410556885939765033e-19],
} as const;

/** Bits of 2 / pi after the point, in words of 32. */
const TWO_OVER_PI = [
  0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x6492eea,
  0x9d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
  0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7,
  0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab,
];

export function reduceAngle(floats: Floats, x: Expr): Angle {
  // Beyond the limits below the quotient is garbage, which the large reduction replaces.
  const quotient = floats.roundProduct(x, 2 / Math.PI);
  const parts: readonly number[] = HALF_PI[floats.isDouble ? 'f64' : 'f32'];
  const near = parts.reduce((rest, part) => floats.mulAdd(quotient.whole, -part, rest), x);
  const { block } = floats;
  const quadrant = block.variable(quotient.integer, 'quadrant');
  const rest = block.variable(near, 'angle');
  const magnitude = floats.unary('abs', x);
  if (floats.isDouble) {
    block.when(compare('gt', magnitude, floats.constant(2 ** 22)), (inner) =>
      assignAngle(inner, { quadrant, rest }, reduceLarge(floats.in(inner), x)),
    );
  } else {
    const largest = floats.type.lanes === 1 ? magnitude : reduceLanes('max', magnitude);
    block.when(compare('gt', largest, constant(12000, register('f32'))), (inner) =>
      assignAngle(inner, { quadrant, rest }, reduceLanesInDouble(inner, x, floats)),
    );
  }
  return { quadrant, rest };
}

function assignAngle(block: Block, target: Angle, value: Angle): void {
  block.assign(target.quadrant, value.quadrant);
  block.assign(target.rest, value.rest);
}

/** One lane after the other, through memory. */
function reduceLanesInDouble(block: Block, x: Expr, floats: Floats): Angle {
  const { lanes } = floats.type;
  const angles = array(block, 'angles', 'f32', lanes);
  const quadrants = array(block, 'quadrants', 'i32', lanes);
  block.push(store(angles, 0, x));
  block.loop('lane', 0, lanes, (body, lane) => {
    const angle = body.bind(advance(angles, lane), 'place');
    const wide = body.bind(convert(load(angle), 'f64'), 'wide');
    const { quadrant, rest } = reduceAngle(new Floats(body, wide), wide);
    body.push(store(angle, 0, convert(rest, 'f32')), store(advance(quadrants, lane), 0, convert(quadrant, 'i32')));
  });
  return { quadrant: load(quadrants, 0, lanes), rest: load(angles, 0, lanes) };
}

function array(block: Block, hint: string, memory: 'f32' | 'i32' | 'u32', elements: number): Expr {
  const name = block.names.fresh(hint);
  const type = pointerTo(memory, 'register');
  block.push({ kind: 'array', name, type, elements });
  return { kind: 'local', type, name };
}

const WORDS = 6;
const U64 = register('u64');
const wide = (value: number | bigint): Expr => constant(BigInt(value), U64);
const shiftLeft = (value: Expr, by: number | Expr): Expr => binary('shl', value, typeof by === 'number' ? wide(by) : by);
const shiftRight = (value: Expr, by: number | Expr): Expr => binary('shr', value, typeof by === 'number' ? wide(by) : by);

/**
 * |x| = m 2^e. Words of 2 / pi whose product with 2^e is a multiple of 4 cannot change the quadrant; six words from the
 * first that can give the product modulo 4 with more than 100 bits after the point.
 */
function reduceLarge(floats: Floats, x: Expr): Angle {
  const { block } = floats;
  const bits = block.bind(binary('and', { kind: 'bitcast', type: U64, value: x }, wide(2n ** 63n - 1n)), 'bits');
  const mantissa = block.bind(binary('or', binary('and', bits, wide(2n ** 52n - 1n)), wide(2n ** 52n)), 'mantissa');
  const exponent = block.bind(binary('sub', convert(shiftRight(bits, 52), 'index'), index(1075)), 'exponent');
  const first = block.bind(binary('div', binary('max', binary('sub', exponent, index(2)), index(0)), index(32)), 'first');
  const product = multiplyWords(block, mantissa, first);
  // Bits from here on up to weight 2: 192 bits stand after the point of the words, shifted by e.
  const shift = binary('sub', exponent, binary('mul', first, index(32)));
  const start = block.bind(binary('sub', index(32 * WORDS + 2 - 64), shift), 'start');
  const high = block.bind({ kind: 'bitcast', type: register('i64'), value: bitsAt(block, product, start) }, 'high');
  const low = bitsAt(block, product, binary('sub', start, index(64)));
  return signedAngle(floats, x, high, low);
}

/** high 2^-62 + low 2^-126 quarter turns, with the sign of x. */
function signedAngle(floats: Floats, x: Expr, high: Expr, low: Expr): Angle {
  const signed = (value: bigint): Expr => constant(value, register('i64'));
  const quadrant = floats.block.bind(binary('shr', binary('add', high, signed(2n ** 61n)), signed(62n)), 'turns');
  const rest = binary('sub', high, binary('shl', quadrant, signed(62n)));
  const fraction = floats.mulAdd(convert(low, 'f64'), 2 ** -126, floats.mul(convert(rest, 'f64'), 2 ** -62));
  const angle = floats.mul(fraction, Math.PI / 2);
  const isNegative = floats.compare('lt', x, 0);
  const isFinite = floats.compare('lt', floats.unary('abs', x), Number.POSITIVE_INFINITY);
  const selected = floats.block.bind({
    kind: 'select',
    type: register('i64'),
    condition: isNegative,
    onTrue: binary('sub', signed(0n), quadrant),
    onFalse: quadrant,
  });
  return { quadrant: selected, rest: floats.select(isFinite, floats.select(isNegative, floats.unary('neg', angle), angle), Number.NaN) };
}

/** The product of the mantissa and six words of 2 / pi from `first`, in words of 32 bits, lowest first. */
function multiplyWords(block: Block, mantissa: Expr, first: Expr): Expr {
  const table = array(block, 'two_over_pi', 'u32', TWO_OVER_PI.length);
  TWO_OVER_PI.forEach((word, position) => block.push(store(table, position, constant(word, register('u32')))));
  const start = block.bind(advance(table, first), 'words');
  const words = Array.from({ length: WORDS }, (_, position) => block.bind(convert(load(start, WORDS - 1 - position), 'u64'), 'word'));
  const mask = wide(0xffffffff);
  const digits = [binary('and', mantissa, mask), shiftRight(mantissa, 32)].map((digit) => block.bind(digit, 'digit')) as [Expr, Expr];
  const lowRow = multiplyRow(block, words, digits[0], []);
  const highRow = multiplyRow(block, words, digits[1], lowRow.slice(1));
  const product = array(block, 'product', 'u32', WORDS + 2);
  [lowRow[0] as Expr, ...highRow].forEach((word, position) => block.push(store(product, position, convert(word, 'u32'))));
  return product;
}

/** words * digit + addend, one word longer than `words`. */
function multiplyRow(block: Block, words: readonly Expr[], digit: Expr, addend: readonly Expr[]): Expr[] {
  const mask = wide(0xffffffff);
  const result: Expr[] = [];
  let carry: Expr = wide(0);
  words.forEach((word, position) => {
    const added = binary('add', carry, addend[position] ?? wide(0));
    const sum = block.bind(binary('add', binary('mul', word, digit), added), 'sum');
    result.push(block.bind(binary('and', sum, mask), 'low'));
    carry = block.bind(shiftRight(sum, 32), 'carry');
  });
  return [...result, carry];
}

/** 64 bits from bit `start` of an array of words. */
function bitsAt(block: Block, words: Expr, start: Expr): Expr {
  const position = block.bind(start, 'bit');
  const place = block.bind(advance(words, binary('div', position, index(32))), 'place');
  const shift = block.bind(convert(binary('rem', position, index(32)), 'u64'), 'shift');
  const word = (offset: number): Expr => convert(load(place, offset), 'u64');
  const low = shiftRight(binary('or', word(0), shiftLeft(word(1), 32)), shift);
  // Shifting by 64 is not defined, so by 63 - shift and 1 more.
  const high = shiftLeft(shiftLeft(word(2), binary('sub', wide(63), shift)), 1);
  return block.bind(binary('or', low, high), 'window');
}
