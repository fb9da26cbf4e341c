// One column of a table: its dtype, the layer that prepares it, and how it is encoded.
import { quote, ValueError } from '../../../errors/index.ts';
import type { KerasDType } from '../../engine/keras-tensor.ts';
import type { Layer } from '../../engine/layer.ts';

export type FeatureOutputMode = 'int' | 'one_hot' | 'float';

/** A column of a `FeatureSpace`: how its values are prepared and put beside the others. */
export class Feature {
  static readonly positional: readonly string[] = ['dtype', 'preprocessor', 'outputMode'];
  static readonly nested: readonly string[] = ['preprocessor'];

  readonly dtype: KerasDType;
  readonly preprocessor: Layer;
  readonly outputMode: FeatureOutputMode;

  constructor(dtype: KerasDType, preprocessor: Layer, outputMode: FeatureOutputMode) {
    if (!['int', 'one_hot', 'float'].includes(outputMode)) {
      throw new ValueError(
        `Invalid value for argument \`output_mode\`. Expected one of {'int', 'one_hot', 'float'}. Received: output_mode=${quote(outputMode)}`,
        { code: 'feature' },
      );
    }
    this.dtype = dtype;
    this.preprocessor = preprocessor;
    this.outputMode = outputMode;
  }

  getConfig(): Record<string, unknown> {
    return { dtype: this.dtype, preprocessor: this.preprocessor, outputMode: this.outputMode };
  }
}

/** Several columns taken together. */
export class Cross {
  static readonly positional: readonly string[] = ['featureNames', 'crossingDim'];

  readonly featureNames: readonly string[];
  readonly crossingDim: number;
  readonly outputMode: 'int' | 'one_hot';

  constructor(featureNames: readonly string[], crossingDim: number, { outputMode = 'one_hot' }: { readonly outputMode?: string } = {}) {
    if (outputMode !== 'int' && outputMode !== 'one_hot') {
      throw new ValueError(
        `Invalid value for argument \`output_mode\`. Expected one of {'int', 'one_hot'}. Received: output_mode=${quote(outputMode)}`,
        { code: 'feature' },
      );
    }
    this.featureNames = featureNames;
    this.crossingDim = crossingDim;
    this.outputMode = outputMode;
  }

  get name(): string {
    return this.featureNames.join('_X_');
  }

  getConfig(): Record<string, unknown> {
    return { featureNames: this.featureNames, crossingDim: this.crossingDim, outputMode: this.outputMode };
  }
}
