// Keras's global settings: the default float type, the number that keeps quotients finite, and where image channels stand.
import { quote, ValueError } from '../../errors/index.ts';

export type DataFormat = 'channels_last' | 'channels_first';
export type FloatName = 'bfloat16' | 'float16' | 'float32' | 'float64';

const FLOATS: readonly string[] = ['bfloat16', 'float16', 'float32', 'float64'];

const settings: {
  floatx: FloatName;
  epsilon: number;
  imageDataFormat: DataFormat;
  maxEpochs: number | null;
  maxStepsPerEpoch: number | null;
} = { floatx: 'float32', epsilon: 1e-7, imageDataFormat: 'channels_last', maxEpochs: null, maxStepsPerEpoch: null };

/** The float type of layers, losses and metrics that are given none. Default float32. */
export const floatx = (): FloatName => settings.floatx;

/** Sets `floatx`. Throws ValueError on other types than floats. */
export function setFloatx(value: FloatName): void {
  if (!FLOATS.includes(value)) {
    const allowed = FLOATS.map((name) => `'${name}'`).join(', ');
    throw new ValueError(`Unknown \`floatx\` value: ${value}. Expected one of {${allowed}}`, { code: 'config' });
  }
  settings.floatx = value;
}

/** What is added to denominators and arguments of logarithms. Default 1e-7. */
export const epsilon = (): number => settings.epsilon;

/** Sets `epsilon`. */
export function setEpsilon(value: number): void {
  settings.epsilon = value;
}

/** The data format of layers that are given none. Default `channels_last`. */
export const imageDataFormat = (): DataFormat => settings.imageDataFormat;

/** Sets `imageDataFormat`. */
export function setImageDataFormat(dataFormat: DataFormat): void {
  settings.imageDataFormat = standardizeDataFormat(dataFormat);
}

/** The format named, or the default. Throws ValueError on an unknown name. */
export function standardizeDataFormat(dataFormat: string | null | undefined): DataFormat {
  const format = String(dataFormat ?? settings.imageDataFormat).toLowerCase();
  if (format === 'channels_last' || format === 'channels_first') return format;
  throw new ValueError(
    `The \`data_format\` argument must be one of {'channels_first', 'channels_last'}. Received: data_format=${quote(dataFormat)}`,
    { code: 'data-format' },
  );
}

/** The most epochs that `fit` runs, whatever it is asked for; null for no limit. */
export const maxEpochs = (): number | null => settings.maxEpochs;

/** Sets `maxEpochs`. */
export function setMaxEpochs(value: number | null): void {
  settings.maxEpochs = value;
}

/** The most steps of an epoch, whatever `fit`, `evaluate` or `predict` are asked for; null for no limit. */
export const maxStepsPerEpoch = (): number | null => settings.maxStepsPerEpoch;

/** Sets `maxStepsPerEpoch`. */
export function setMaxStepsPerEpoch(value: number | null): void {
  settings.maxStepsPerEpoch = value;
}
