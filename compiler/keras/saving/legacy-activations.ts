// Activations that meant something else in Keras 1 and 2.
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';

/** `hard_sigmoid` of Keras 1 and 2: clip(0.2 x + 0.5, 0, 1). Keras 3 has relu6(x + 3) / 6 under that name. */
export function hardSigmoidOfKeras2(x: Tensor): Tensor {
  const full = (value: number): Tensor => lax.full(x.shape, value, x.dtype);
  const line = lax.add(lax.multiply(x, full(0.2)), full(0.5));
  return lax.minimum(lax.maximum(line, full(0)), full(1));
}

const KEYS = ['activation', 'recurrent_activation'];

/** The config with the activations that Keras 3 understands otherwise replaced by what was meant. */
export function legacyActivations(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, KEYS.includes(key) && value === 'hard_sigmoid' ? hardSigmoidOfKeras2 : value]),
  );
}
