// How a layer is to be quantized: `layer.quantize({ config })`, and what its config says of it afterwards.
import { quote, ValueError } from '../../errors/index.ts';
import { AbsMaxQuantizer } from './abs-max.ts';

/** `null` for none, `'default'` for Keras's choice. */
type QuantizerChoice = AbsMaxQuantizer | null | 'default';

export interface QuantizationConfigOptions {
  readonly weightQuantizer?: AbsMaxQuantizer | null;
  readonly activationQuantizer?: QuantizerChoice;
}

export type QuantizeMode = 'int8' | 'int4' | 'float8';

/** How the weights and the inputs of a layer are quantized. */
export abstract class QuantizationConfig {
  /** The arguments that are objects themselves. */
  static readonly nested: readonly string[] = ['weightQuantizer', 'activationQuantizer'];

  abstract readonly mode: QuantizeMode;
  readonly weightQuantizer: AbsMaxQuantizer | null;
  readonly activationQuantizer: AbsMaxQuantizer | null;

  constructor(weightQuantizer: AbsMaxQuantizer | null, activationQuantizer: AbsMaxQuantizer | null) {
    this.weightQuantizer = weightQuantizer;
    this.activationQuantizer = activationQuantizer;
  }

  getConfig(): Record<string, unknown> {
    return { weightQuantizer: this.weightQuantizer, activationQuantizer: this.activationQuantizer };
  }
}

const requireRange = (
  name: string,
  quantizer: AbsMaxQuantizer | null,
  isFine: (quantizer: AbsMaxQuantizer) => boolean,
  what: string,
): void => {
  if (quantizer === null || isFine(quantizer)) return;
  throw new ValueError(`${name} requires a weight_quantizer with ${what}.`, { code: 'quantizer' });
};

/** Whole numbers of 8 bits. */
export class Int8QuantizationConfig extends QuantizationConfig {
  readonly mode = 'int8';

  constructor({ weightQuantizer = null, activationQuantizer = 'default' }: QuantizationConfigOptions = {}) {
    super(weightQuantizer, activationQuantizer === 'default' ? new AbsMaxQuantizer() : activationQuantizer);
    requireRange('Int8QuantizationConfig', weightQuantizer, ({ outputDtype }) => outputDtype === 'int8', "output_dtype='int8'");
  }
}

/** Whole numbers of 4 bits, two to a byte. */
export class Int4QuantizationConfig extends QuantizationConfig {
  readonly mode = 'int4';
  /** Rows that share a scale; null or -1 for one scale a column. */
  readonly blockSize: number | null;

  constructor(options: QuantizationConfigOptions & { readonly blockSize?: number | null } = {}) {
    const { weightQuantizer = null, activationQuantizer = 'default', blockSize = 128 } = options;
    super(weightQuantizer, activationQuantizer === 'default' ? null : activationQuantizer);
    this.blockSize = blockSize;
    if (blockSize !== null && blockSize !== -1 && blockSize <= 0) {
      throw new ValueError(`block_size must be None, -1, or a positive integer. Received: block_size=${quote(blockSize)}`, {
        code: 'quantizer',
      });
    }
    if (blockSize !== null && blockSize > 0 && (this.weightQuantizer || this.activationQuantizer)) {
      throw new ValueError(
        'Int4 sub-channel quantization (block_size > 0) does not support custom quantizers. Either set block_size to None or -1 for per-channel ' +
          `quantization, or remove the custom quantizer arguments. Received: block_size=${blockSize}`,
        { code: 'quantizer' },
      );
    }
    const isNibble = ({ valueRange: [low, high] }: AbsMaxQuantizer): boolean => low === -8 && high === 7;
    requireRange('Int4QuantizationConfig', this.weightQuantizer, isNibble, 'value_range=(-8, 7)');
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), blockSize: this.blockSize };
  }
}

/** Floats of 8 bits. */
export class Float8QuantizationConfig extends QuantizationConfig {
  readonly mode = 'float8';

  constructor() {
    super(null, null);
  }

  override getConfig(): Record<string, unknown> {
    return {};
  }
}

/** The config that a mode stands for, or the one that is given, if they do not contradict each other. */
export function resolveConfig(mode: string | null | undefined, config: QuantizationConfig | null | undefined): QuantizationConfig {
  if (config) {
    if (mode && config.mode !== mode) {
      throw new ValueError(`Contradictory arguments: mode='${mode}' but config.mode='${config.mode}'`, { code: 'quantizer' });
    }
    return config;
  }
  if (mode === 'int8') return new Int8QuantizationConfig();
  if (mode === 'int4') return new Int4QuantizationConfig();
  if (mode === 'float8') return new Float8QuantizationConfig();
  if (mode === 'gptq')
    throw new ValueError('For GPTQ, you must pass a `GPTQConfig` object in the `config` argument.', { code: 'quantizer' });
  if (mode === 'awq') throw new ValueError('For AWQ, you must pass an `AWQConfig` object in the `config` argument.', { code: 'quantizer' });
  if (!mode) throw new ValueError('You must provide either `mode` or `config` to `quantize`.', { code: 'quantizer' });
  throw new ValueError(`Invalid quantization mode. Expected one of ('int8', 'float8', 'int4', 'gptq', 'awq'). Received: mode=${mode}`, {
    code: 'quantizer',
  });
}
