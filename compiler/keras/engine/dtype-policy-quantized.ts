// Policies of layers whose weights are quantized, under the names and with the configs that Keras has.
import { ValueError } from '../../errors/index.ts';
import { DTypePolicy, dtypePolicy, type QuantizationMode, type SerializedPolicy } from './dtype-policy-base.ts';

const MODES: readonly QuantizationMode[] = ['int8', 'float8', 'int4', 'gptq', 'awq'];

/** Whether a policy's name begins with a way of quantizing. */
export const isQuantizedName = (name: string): boolean => MODES.some((mode) => name.startsWith(mode));

/** `int8_from_float32` and the like: how a layer with quantized weights computes. */
export class QuantizedDTypePolicy extends DTypePolicy {
  override readonly quantizationMode: QuantizationMode;
  /** The mode with its settings, `int4/128`. */
  readonly mode: string;

  constructor(mode: string, sourceName: string | null = null) {
    const source = sourceName ?? dtypePolicy().name;
    super(`${mode}_from_${source}`, source);
    const base = mode.split('/')[0] as QuantizationMode;
    if (!MODES.includes(base)) {
      throw new ValueError(`Invalid quantization mode. Expected one of ('int8', 'float8', 'int4', 'gptq', 'awq'). Received: mode=${mode}`, {
        code: 'dtype-policy',
      });
    }
    if (this.computeDtype === 'float16' && base === 'int8') {
      throw new ValueError(`Quantization mode='${mode}' doesn't work well with compute_dtype='float16'.`, { code: 'dtype-policy' });
    }
    this.mode = mode;
    this.quantizationMode = base;
  }

  protected get ownConfig(): Record<string, unknown> {
    return { mode: this.mode, source_name: this.sourceName };
  }

  override serialize(): SerializedPolicy {
    return { module: 'keras.dtype_policies', class_name: this.constructor.name, config: this.ownConfig, registered_name: null };
  }
}

/** The whole numbers after the mode's name. Throws ValueError where the form is another. */
function settingsOf(className: string, mode: string, base: string, names: readonly string[]): number[] {
  const form = `'${[base, ...names.map((name) => `<${name}>`)].join('/')}'`;
  const [first, ...rest] = mode.split('/');
  if (first !== base || rest.length !== names.length) {
    throw new ValueError(`Invalid mode for ${className}. Expected format ${form}, but got '${mode}'.`, { code: 'dtype-policy' });
  }
  const settings = rest.map(Number);
  if (settings.every(Number.isInteger)) return settings;
  const [which, verb] =
    names.length === 1 ? [`<${names[0]}>`, 'must be an integer'] : [names.map((name) => `<${name}>`).join(' and '), 'must be integers'];
  throw new ValueError(`Invalid mode for ${className}. ${which} ${verb}. Expected format ${form}, but got '${mode}'.`, {
    code: 'dtype-policy',
  });
}

function refuseSetting(name: string, supported: string, value: number, mode: string): never {
  throw new ValueError(`Invalid ${name} in mode. Supported values are ${supported}, but got ${value} from '${mode}'.`, {
    code: 'dtype-policy',
  });
}

/** `int4/128`: a scale for every 128 rows of a column; -1 for one a column. */
export class Int4DTypePolicy extends QuantizedDTypePolicy {
  readonly blockSize: number;

  constructor(mode: string, sourceName: string | null = null) {
    const [blockSize] = settingsOf('Int4DTypePolicy', mode, 'int4', ['block_size']) as [number];
    if (blockSize < -1 || blockSize === 0)
      refuseSetting('block_size', '-1 (per-channel) or a positive integer (sub-channel)', blockSize, mode);
    super(mode, sourceName);
    this.blockSize = blockSize;
  }
}

/** `float8_from_float32`: products in 8 bit floats. */
export class QuantizedFloat8DTypePolicy extends QuantizedDTypePolicy {
  readonly amaxHistoryLength: number;

  constructor(mode: string, sourceName: string | null = null, amaxHistoryLength = 1024) {
    super(mode, sourceName);
    if (!Number.isInteger(amaxHistoryLength)) {
      throw new TypeError(`\`amax_history_length\` must be an integer. Received: amax_history_length=${amaxHistoryLength}`);
    }
    this.amaxHistoryLength = amaxHistoryLength;
  }

  protected override get ownConfig(): Record<string, unknown> {
    return { ...super.ownConfig, amax_history_length: this.amaxHistoryLength };
  }
}

/** `gptq/4/128`: bits of a weight, and how many rows share a scale. */
export class GPTQDTypePolicy extends QuantizedDTypePolicy {
  readonly weightBits: number;
  readonly groupSize: number;

  constructor(mode: string, sourceName: string | null = null) {
    const [bits, group] = settingsOf('GPTQDTypePolicy', mode, 'gptq', ['weight_bits', 'group_size']) as [number, number];
    if (![2, 3, 4, 8].includes(bits)) refuseSetting('weight_bits', '2, 3, 4, and 8', bits, mode);
    if (group < -1 || group === 0) refuseSetting('group_size', '-1 (whole-tensor) or a positive integer', group, mode);
    super(mode, sourceName);
    this.weightBits = bits;
    this.groupSize = group;
  }
}

/** `awq/4/128`: as GPTQ, with 4 bits alone. */
export class AWQDTypePolicy extends QuantizedDTypePolicy {
  readonly weightBits: number;
  readonly groupSize: number;

  constructor(mode: string, sourceName: string | null = null) {
    const [bits, group] = settingsOf('AWQDTypePolicy', mode, 'awq', ['weight_bits', 'group_size']) as [number, number];
    if (bits !== 4) {
      throw new ValueError(`Invalid weight_bits in mode. AWQ only supports 4-bit quantization, but got ${bits} from '${mode}'.`, {
        code: 'dtype-policy',
      });
    }
    if (group < -1 || group === 0) refuseSetting('group_size', '-1 (per-channel) or a positive integer', group, mode);
    super(mode, sourceName);
    this.weightBits = bits;
    this.groupSize = group;
  }
}
