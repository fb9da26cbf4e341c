import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { readNpy, readNpz } from '../../compiler/formats/index.ts';

function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const prefix = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...prefix, ...text, ...data);
}
const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe('NumPy files', () => {
  it('reads arrays, vectors and scalars of both header versions', () => {
    expect(readNpy(npy(header('<f4', '2, 2'), floats(1, 2, 3, 4)))).toMatchObject({
      dtype: 'float32',
      shape: [2, 2],
      data: Float32Array.of(1, 2, 3, 4),
    });
    expect(readNpy(npy(header('<f4', '1,'), floats(7), 2)).shape).toEqual([1]);
    expect(readNpy(npy(header('<f4', ''), floats(7))).shape).toEqual([]);
    expect(readNpy(npy(header('|b1', '2,'), Uint8Array.of(1, 0)))).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) });
  });

  it('turns big-endian and column-major data round', () => {
    expect(readNpy(npy(header('>i2', '2,'), Uint8Array.of(1, 2, 3, 4))).data).toEqual(Int16Array.of(0x102, 0x304));
    expect(readNpy(npy(header('<f4', '2, 3', 'True'), floats(1, 4, 2, 5, 3, 6))).data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('reads archives of arrays', () => {
    const bytes = zipSync({ 'x.npy': npy(header('<f4', '1,'), floats(3)) });
    expect([...readNpz(bytes)].map(([name, array]) => [name, ...array.data])).toEqual([['x', 3]]);
  });

  it.each([
    ['other files', new Uint8Array(20), /not a NumPy array/],
    ['Python objects', npy(header('|O', '1,'), floats(1)), /only numbers/],
    ['too few bytes', npy(header('<f4', '3,'), floats(1)), /takes 12 bytes, the file has 4/],
    ['a shape beyond memory', npy(header('<f4', '99999999999,'), floats(1)), /beyond 2 GiB/],
    ['an unending header', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 255, 255, 1, 2), /ends in its header/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrow(FormatError);
    expect(() => readNpy(bytes, 'x.npy')).toThrow(message);
  });
});
