// Sounds in WAV files: 16-bit samples, which is all that Keras reads.
import { FormatError, quote, UnsupportedError } from '../../errors/index.ts';

export interface Sound {
  readonly channels: number;
  /** Samples a second. */
  readonly rate: number;
  /** From -1 to 1, the channels of each moment side by side. */
  readonly samples: Float32Array;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/** The samples of a WAV file. Throws FormatError where it is broken, UnsupportedError for other samples than of 16 bits. */
export function decodeWav(file: Uint8Array, where: string): Sound {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (file.length < HEADER_BYTES || textAt(file, 0) !== 'RIFF' || textAt(file, 8) !== 'WAVE') {
    throw new FormatError(`The sound ${quote(where)} is no WAV file.`, SOUND);
  }
  const chunks = chunksOf(file, view);
  const format = chunks.get('fmt ');
  const data = chunks.get('data');
  if (!format || format.bytes < 16 || !data) throw new FormatError(`The WAV file ${quote(where)} has no format or no samples.`, SOUND);
  const [kind, channels, rate, bits] = [
    view.getUint16(format.start, true),
    view.getUint16(format.start + 2, true),
    view.getUint32(format.start + 4, true),
    view.getUint16(format.start + 14, true),
  ];
  if ((kind !== PCM && kind !== EXTENSIBLE) || bits !== 16 || channels === 0) {
    throw new UnsupportedError(`The WAV file ${quote(where)} has samples of format ${kind} and ${bits} bits.`, {
      ...SOUND,
      cure: 'Convert it to PCM of 16 bits.',
    });
  }
  const count = Math.floor(data.bytes / 2 / channels) * channels;
  const samples = Float32Array.from({ length: count }, (_, index) => view.getInt16(data.start + 2 * index, true) / 32768);
  return { channels, rate, samples };
}

const SOUND = { code: 'sound' };
const textAt = (file: Uint8Array, at: number): string => String.fromCharCode(...file.subarray(at, at + 4));

/** Where each chunk's content is; one that ends after the file is cut. */
function chunksOf(file: Uint8Array, view: DataView): ReadonlyMap<string, { readonly start: number; readonly bytes: number }> {
  const chunks = new Map<string, { readonly start: number; readonly bytes: number }>();
  let at = HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= file.length) {
    const start = at + CHUNK_HEADER_BYTES;
    const bytes = view.getUint32(at + 4, true);
    chunks.set(textAt(file, at), { start, bytes: Math.min(bytes, file.length - start) });
    // Chunks begin at even places.
    at = start + bytes + (bytes % 2);
  }
  return chunks;
}
