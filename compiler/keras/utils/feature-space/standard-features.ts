// The features that a FeatureSpace knows by name, and the makers of them.
import { quote, ValueError } from '../../../errors/index.ts';
import { autoName } from '../../engine/names.ts';
import { Discretization, Hashing, IntegerLookup, Normalization, Rescaling, StringLookup } from '../../layers/index.ts';
import { Feature, type FeatureOutputMode } from './feature.ts';
import { TFDIdentity } from './feature-layers.ts';

interface Named {
  readonly name?: string;
}

export interface CategoricalOptions extends Named {
  readonly maxTokens?: number | null;
  readonly numOovIndices?: number;
  /** Default `one_hot`. */
  readonly outputMode?: FeatureOutputMode;
}

/** The name of the layer that prepares a feature. */
const layerName = (kind: string, { name }: Named): string => `${name ?? autoName(kind)}_preprocessor`;

export const float = (options: Named = {}): Feature =>
  new Feature('float32', new TFDIdentity({ name: layerName('float', options) }), 'float');

export const floatRescaled = (options: Named & { readonly scale?: number; readonly offset?: number } = {}): Feature =>
  new Feature(
    'float32',
    new Rescaling(options.scale ?? 1, { offset: options.offset ?? 0, name: layerName('float_rescaled', options) }),
    'float',
  );

export const floatNormalized = (options: Named = {}): Feature =>
  new Feature('float32', new Normalization({ axis: -1, name: layerName('float_normalized', options) }), 'float');

export const floatDiscretized = (
  numBins: number,
  options: Named & { readonly binBoundaries?: readonly number[] | null; readonly outputMode?: FeatureOutputMode } = {},
): Feature => {
  const preprocessor = new Discretization({
    numBins,
    binBoundaries: options.binBoundaries ?? null,
    name: layerName('float_discretized', options),
  });
  return new Feature('float32', preprocessor, options.outputMode ?? 'one_hot');
};

export const integerCategorical = (options: CategoricalOptions = {}): Feature => {
  const { maxTokens = null, numOovIndices = 1, outputMode = 'one_hot' } = options;
  return new Feature('int32', new IntegerLookup({ maxTokens, numOovIndices, name: layerName('integer_categorical', options) }), outputMode);
};

export const stringCategorical = (options: CategoricalOptions = {}): Feature => {
  const { maxTokens = null, numOovIndices = 1, outputMode = 'one_hot' } = options;
  return new Feature('string', new StringLookup({ maxTokens, numOovIndices, name: layerName('string_categorical', options) }), outputMode);
};

type HashedOptions = Named & { readonly outputMode?: FeatureOutputMode };

export const stringHashed = (numBins: number, options: HashedOptions = {}): Feature =>
  new Feature('string', new Hashing(numBins, { name: layerName('string_hashed', options) }), options.outputMode ?? 'one_hot');

export const integerHashed = (numBins: number, options: HashedOptions = {}): Feature =>
  new Feature('int32', new Hashing(numBins, { name: layerName('integer_hashed', options) }), options.outputMode ?? 'one_hot');

/** The feature that a name such as `string_categorical` stands for. */
export function standardFeature(kind: string, name: string, sizes: { readonly hashingDim: number; readonly bins: number }): Feature {
  switch (kind) {
    case 'float':
      return float({ name });
    case 'float_normalized':
      return floatNormalized({ name });
    case 'float_rescaled':
      return floatRescaled({ name });
    case 'float_discretized':
      return floatDiscretized(sizes.bins, { name });
    case 'integer_categorical':
      return integerCategorical({ name });
    case 'string_categorical':
      return stringCategorical({ name });
    case 'integer_hashed':
      return integerHashed(sizes.hashingDim, { name });
    case 'string_hashed':
      return stringHashed(sizes.hashingDim, { name });
    default:
      throw new ValueError(`Invalid feature type: ${quote(kind)}`, { code: 'feature' });
  }
}
