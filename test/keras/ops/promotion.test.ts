import { describe, expect, it } from 'vitest';
import { DTYPES } from '../../../compiler/ir/dtype.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { resultType, weakDType } from '../../../compiler/keras/ops/promotion.ts';

describe('resultType', () => {
  it('does not depend on the order of its operands', () => {
    for (const a of DTYPES) for (const b of DTYPES) expect(resultType(a, b), `${a}, ${b}`).toBe(resultType(b, a));
  });

  it('gives a dtype alone back, but for uint64, which Keras narrows', () => {
    for (const dtype of DTYPES) expect(resultType(dtype)).toBe(dtype === 'uint64' ? 'uint32' : dtype);
  });

  it('joins dtypes that hold different numbers in the next that holds both', () => {
    expect(resultType('uint8', 'int8')).toBe('int16');
    expect(resultType('uint32', 'int32')).toBe('int64');
    expect(resultType('float16', 'bfloat16')).toBe('float32');
    expect(resultType('int64', 'float16')).toBe('float16');
  });

  it('lets a bare number take the dtype of what it meets', () => {
    expect(resultType('int8', weakDType(2))).toBe('int8');
    expect(resultType('float16', weakDType(2.5))).toBe('float16');
    expect(resultType('int8', weakDType(2.5))).toBe('float32');
    expect(resultType('bool', weakDType(2))).toBe('int32');
  });
});

describe('toTensor', () => {
  it('makes int32 of whole numbers, float32 of others, bool of booleans', () => {
    expect(ops.convertToTensor([1, 2]).dtype).toBe('int32');
    expect(ops.convertToTensor([1, 2.5]).dtype).toBe('float32');
    expect(ops.convertToTensor([true, false]).dtype).toBe('bool');
  });

  it('counts NaN as true', () => {
    expect(ops.convertToTensor([0, Number.NaN, 2], { dtype: 'bool' }).data).toEqual(new Uint8Array([0, 1, 1]));
  });

  it('refuses what is no number', () => {
    expect(() => ops.add('two' as never, 1)).toThrow(/Expected a tensor, an array or a number. Received: "two"/);
  });
});
