// Cases that ask for what cannot be: each with the reason, which the report prints.

const WHOLE_FLOATS = 'Python tells 1.0 from 1, JavaScript does not';

export const UNDECIDABLE: ReadonlyMap<string, string> = new Map([
  ['errors/SpectralNormalization/78beb6be', 'the config lacks the layer that the error is about'],
  ['errors/script/ad81948a', 'Python lets a constructor go without that of its base, JavaScript does not'],
  ['ops/arange/7e4b6802', WHOLE_FLOATS],
  ['ops/array/0e1a37d0', WHOLE_FLOATS],
  ['ops/image.elastic_transform/e4925144', 'random displacements of another generator'],
]);
