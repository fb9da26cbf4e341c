// Which way of quantizing a layer's policy asks for.
import { NotImplementedError, UnsupportedError, ValueError } from '../../../errors/index.ts';
import type { DTypePolicy } from '../../engine/dtype-policy.ts';
import { Int4DTypePolicy } from '../../engine/dtype-policy-quantized.ts';
import type { Layer } from '../../engine/layer.ts';
import { AbsMaxQuantizer, Int4QuantizationConfig, type QuantizationConfig } from '../../quantizers/index.ts';
import { type QuantizeMode, resolveConfig } from '../../quantizers/quantization-config.ts';

/** The mode of the layer's policy; null for floats. */
export function quantizationMode(layer: Layer): QuantizeMode | null {
  const mode = layer.dtypePolicy.quantizationMode;
  if (mode !== 'gptq' && mode !== 'awq') return mode;
  throw new UnsupportedError(`Layers quantized by ${mode.toUpperCase()} are not supported.`, {
    code: 'quantization-mode',
    where: `layer '${layer.name}' (${layer.className})`,
    cure: "Quantize the model with mode 'int8' or 'int4' instead.",
  });
}

/** How many values share a scale, by the config or else by the policy; null for a whole column. */
export function blockSizeOf(policy: DTypePolicy, config: QuantizationConfig | null): number | null {
  const size = config instanceof Int4QuantizationConfig ? config.blockSize : policy instanceof Int4DTypePolicy ? policy.blockSize : null;
  return size === -1 ? null : size;
}

/** The name of the policy after quantizing: `int4/128_from_float32`. */
export function quantizedPolicyName(config: QuantizationConfig, { name }: DTypePolicy): string {
  if (!(config instanceof Int4QuantizationConfig)) return `${config.mode}_from_${name}`;
  return `int4/${config.blockSize ?? -1}_from_${name}`;
}

/** What makes whole numbers of a layer's inputs: by default something where the weights have 8 bits, nothing where they have 4. */
export function activationQuantizer(config: QuantizationConfig | null, bits: 4 | 8): AbsMaxQuantizer | null {
  if (config) return config.activationQuantizer;
  return bits === 8 ? new AbsMaxQuantizer() : null;
}

/** The config by which a built layer of floats is to be quantized. */
export function checkQuantize(
  layer: Layer,
  mode: string | null | undefined,
  given: QuantizationConfig | null | undefined,
): QuantizationConfig {
  const config = resolveConfig(mode, given);
  if (!layer.built) {
    throw new ValueError(
      `Cannot quantize a layer that isn't yet built. Layer '${layer.name}' (of type '${layer.className}') is not built yet.`,
      { code: 'not-built' },
    );
  }
  if (layer.dtypePolicy.quantizationMode !== null) {
    throw new ValueError(
      `Layer '${layer.name}' is already quantized with dtype_policy='${layer.dtypePolicy.name}'. Received: mode=${config.mode}`,
      { code: 'quantized' },
    );
  }
  if (config.mode === 'int8' && layer.computeDtype === 'float16') {
    throw new ValueError(`Quantization mode='${config.mode}' doesn't work well with compute_dtype='float16'.`, { code: 'quantized' });
  }
  return config;
}

/** Tables of 8-bit floats do not exist in Keras. */
export function refuseFloat8(layer: Layer): never {
  throw new NotImplementedError(
    `Invalid quantization mode. Expected one of ('int8', 'int4'). Received: quantization_mode=float8 for layer '${layer.name}'`,
    {
      code: 'quantization-mode',
    },
  );
}
