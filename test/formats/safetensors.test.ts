import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { readSafetensors, writeSafetensors } from '../../compiler/formats/index.ts';
import { readSafetensorsFile } from '../../compiler/formats/safetensors.ts';
import { bytesPerElement, DTYPES, viewAs } from '../../compiler/ir/dtype.ts';
import { type NDArray, ndarray } from '../../compiler/ir/ndarray.ts';

const bytesOf = (array: NDArray): number[] => [...new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)];

/** A file with any header text and data. */
function file(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const anyTensors = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => !name.startsWith('__')),
  fc.tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat(4), { maxLength: 4 })).chain(([dtype, shape]) => {
    const elements = shape.reduce((a, b) => a * b, 1);
    const length = elements * bytesPerElement(dtype);
    const bytes = fc.uint8Array({ minLength: length, maxLength: length, max: dtype === 'bool' ? 1 : 255 });
    return bytes.map((data) => ndarray(dtype, shape, viewAs(dtype, new Uint8Array(data).buffer, 0, elements)));
  }),
);

describe('safetensors', () => {
  it('gives back every dtype, shape and name that was written, bit for bit', () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        const written = new Map(Object.entries(tensors));
        const read = readSafetensors(writeSafetensors(written));
        expect([...read.keys()].sort()).toEqual([...written.keys()].sort());
        for (const [name, array] of written) {
          const copy = read.get(name) as NDArray;
          expect([copy.dtype, copy.shape, bytesOf(copy)]).toEqual([array.dtype, array.shape, bytesOf(array)]);
        }
      }),
    );
  });

  it('keeps the metadata', () => {
    expect(readSafetensorsFile(writeSafetensors(new Map(), { made: 'here' })).metadata).toEqual(new Map([['made', 'here']]));
  });

  it('reads tensors that no address suits, from a Node buffer too', () => {
    const header = '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F64","shape":[1],"data_offsets":[1,9]}}';
    const bytes = file(header, 9);
    new DataView(bytes.buffer).setFloat64(bytes.length - 8, 0.1, true);
    expect(readSafetensors(Buffer.from(bytes)).get('b')?.data).toEqual(Float64Array.of(0.1));
  });

  const slot = (shape: string, offsets: string, dtype = 'F32') => `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;
  it.each([
    ['nothing', new Uint8Array(0), /too few/],
    ['a header beyond the file', file('{}').subarray(0, 9), /ends before/],
    ['a header of exabytes', new Uint8Array(16).fill(0x7f), /said to have/],
    ['no JSON', file('{'), /not JSON/],
    ['an unknown type', file(slot('[1]', '[0,4]', 'F8_E4M3'), 4), /type "F8_E4M3"/],
    ['a shape of 2^80 elements', file(slot('[1048576,1048576,1048576,1048576]', '[0,4]'), 4), /beyond 2 GiB/],
    ['a negative dimension', file(slot('[-1]', '[0,4]'), 4), /dimension -1/],
    ['offsets that do not fit the shape', file(slot('[2]', '[0,4]'), 4), /takes 8 bytes/],
    ['data beyond the file', file(slot('[1]', '[0,4]'), 3), /ends at byte 4 of 3/],
    ['bytes that belong to nothing', file(slot('[1]', '[0,4]'), 5), /belong to no tensor/],
    ['a gap', file(slot('[1]', '[4,8]'), 8), /begins at byte 4/],
    ['offsets that are no numbers', file(slot('[1]', '["0",4]'), 4), /data_offsets/],
    ['a name that reaches for the prototype', file('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4), /__proto__/],
    ['a tensor that is a number', file('{"a":1}'), /Expected an object/],
  ])('refuses %s, naming the file', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(FormatError);
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(message);
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(/"model\.safetensors"/);
  });

  it('refuses overlapping tensors', () => {
    const header = '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}';
    expect(() => readSafetensors(file(header, 6))).toThrow(/the one before ends at 4/);
  });
});
