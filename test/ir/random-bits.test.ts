import { describe, expect, it } from 'vitest';
import { threefry2x32 } from '../../compiler/ir/primitives/random-bits.ts';
import { array, elements, evaluate } from './evaluate-primitive.ts';

describe('random_bits', () => {
  it('encrypts the test vectors of Random123', () => {
    expect(threefry2x32(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry2x32(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0]);
  });

  it("lays counters out as JAX: jax's own test of key 1701, an odd count", () => {
    expect(elements(evaluate('random_bits', { shape: [3] }, array('uint32', [2], [0, 1701])))).toEqual([56197195, 4200222568, 961309823]);
  });

  it('depends on the count of elements, not on the shape', () => {
    const key = array('uint32', [2], [5, 6]);
    expect(elements(evaluate('random_bits', { shape: [2, 3] }, key))).toEqual(elements(evaluate('random_bits', { shape: [6] }, key)));
    expect(evaluate('random_bits', { shape: [0] }, key).data).toHaveLength(0);
    expect(() => evaluate('random_bits', { shape: [1] }, array('int32', [2], [5, 6]))).toThrow('key of type u32[2]');
  });
});
