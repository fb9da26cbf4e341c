// Tensor values in graph text: small ones as numbers, large ones as a hash of their bytes.
import { createHash } from 'node:crypto';
import { allocate, type DType, is64BitInteger } from '../dtype.ts';
import { decodeFloat, encodeFloat } from '../float16.ts';
import type { NDArray } from '../ndarray.ts';

/** Tensors of more elements are named by their hash. */
export const INLINE_ELEMENTS = 16;

/** `<float32 [2] 0.5 1>`, or `<float32 [3,3,64,64] #hash>`. */
export function formatTensor(value: NDArray): string {
  const { dtype, shape, data } = value;
  const isInline = data.length <= INLINE_ELEMENTS;
  const elements = isInline ? Array.from(data as Float32Array, (element) => formatElement(dtype, element)) : [`#${hashTensor(value)}`];
  return `<${[dtype, `[${shape.join(',')}]`, ...elements].join(' ')}>`;
}

/** Names the dtype and bytes of a tensor. */
export function hashTensor({ dtype, data }: NDArray): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(dtype).update(bytes).digest('hex').slice(0, 16);
}

/** One stored element as text. */
function formatElement(dtype: DType, element: number | bigint): string {
  if (typeof element === 'bigint') return String(element);
  switch (dtype) {
    case 'bool':
      return element ? 'true' : 'false';
    case 'float16':
    case 'bfloat16':
      return formatFloat(decodeFloat(dtype, element), (x) => decodeFloat(dtype, encodeFloat(dtype, x)));
    case 'float32':
      return formatFloat(element, Math.fround);
    default:
      return formatFloat(element, (x) => x);
  }
}

/** The fewest digits from which `round` restores the number. */
function formatFloat(x: number, round: (x: number) => number): string {
  if (x !== x) return 'nan';
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return x > 0 ? 'inf' : '-inf';
  if (x === 0) return Object.is(x, -0) ? '-0' : '0';
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (round(short) === x) return String(short);
  }
  return String(x);
}

/** The elements that words of text stand for, or the first word that does not fit the dtype. */
export function readElements(dtype: DType, words: readonly string[]): { readonly data: NDArray['data'] } | { readonly wrong: string } {
  const data = allocate(dtype, words.length);
  for (const [index, word] of words.entries()) {
    const element = readElement(dtype, word);
    if (element === undefined) return { wrong: word };
    data[index] = element as never;
  }
  return { data };
}

const SPECIAL: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };

function readElement(dtype: DType, word: string): number | bigint | undefined {
  if (dtype === 'bool') return word === 'true' ? 1 : word === 'false' ? 0 : undefined;
  const isWhole = /^-?\d+$/.test(word);
  if (is64BitInteger(dtype)) return isWhole ? checkStored(dtype, BigInt(word)) : undefined;
  if (!dtype.includes('float')) return isWhole ? checkStored(dtype, Number(word)) : undefined;
  const x = SPECIAL[word] ?? Number(word);
  if (x !== x && word !== 'nan') return undefined;
  return dtype === 'float16' || dtype === 'bfloat16' ? encodeFloat(dtype, x) : x;
}

/** The integer, if the dtype can hold it. */
function checkStored(dtype: DType, value: number | bigint): number | bigint | undefined {
  const cell = allocate(dtype, 1);
  cell[0] = value as never;
  return cell[0] === value || (value === 0 && cell[0] === 0) ? value : undefined;
}
