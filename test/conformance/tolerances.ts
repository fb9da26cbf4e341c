// How close results must come: the table of the data's README, in one place.
import { type Case, groupOf, subjectOf } from './case.ts';
import type { Closeness } from './compare.ts';

const BY_GROUP: Readonly<Record<string, number>> = { applications: 1e-3 };
const USUAL = 1e-5;

/** Ops that are less exact: decompositions, Fourier transforms, special functions. */
const LOOSE_OPS = new Set([
  'cholesky', 'cholesky_inverse', 'det', 'eig', 'eigh', 'inv', 'logdet', 'lstsq', 'lu_factor', 'norm', 'pinv', 'qr', 'slogdet', 'solve',
  'solve_triangular', 'svd', 'fft', 'fft2', 'ifft2', 'rfft', 'irfft', 'stft', 'istft', 'lgamma', 'digamma', 'betaln', 'erfinv', 'i0',
]); // biome-ignore format: one list
const LOOSE_LAYERS =
  /^(LSTM|GRU|SimpleRNN|RNN|Bidirectional|StackedRNNCells|TimeDistributed|ConvLSTM.*|.*Cell|SpectralNormalization|.*Spectrogram)$/;
const LOOSE = 1e-4;

export function closenessFor(item: Case): Closeness {
  const tolerance = Math.max(BY_GROUP[groupOf(item.id)] ?? USUAL, looseness(item), precisionOf(item));
  return { tolerance, outliers: mayFlip(item) ? 0.005 : 0 };
}

function looseness({ id }: Case): number {
  const subject = subjectOf(id);
  const isLoose =
    groupOf(id) === 'ops' ? LOOSE_OPS.has(subject.replace(/^.*\./, '')) || id.includes('lanczos') : LOOSE_LAYERS.test(subject);
  return isLoose ? LOOSE : 0;
}

/** What half precision allows, where a case uses it. */
function precisionOf(item: Case): number {
  const text = JSON.stringify(item);
  if (text.includes('bfloat16')) return 2e-2;
  if (text.includes('float16')) return 5e-3;
  return text.includes('lanczos') ? LOOSE : 0;
}

/** Images moved by nearest neighbours or filled at the edges: a coordinate on a half may fall either way. */
function mayFlip(item: Case): boolean {
  const subject = subjectOf(item.id);
  const isGeometric = /^image\.|^Random|^Resizing$|map_coordinates|affine|perspective|elastic/.test(subject);
  return isGeometric && JSON.stringify(item).includes('nearest');
}
