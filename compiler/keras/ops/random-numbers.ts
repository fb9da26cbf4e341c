// Random tensors as pure functions of a seed (uint32 pair), for layers that are random while training.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { fullAs } from './convert.ts';

/** Uniform in [0, 1): 23 random bits as the fraction of a float in [1, 2), less 1. */
export function randomUniform(seed: Tensor, shape: readonly number[], dtype: DType = 'float32'): Tensor {
  const bits = lax.random_bits(seed, shape);
  const fraction = lax.shift_right_logical(bits, fullAs(bits, 9));
  const oneToTwo = lax.bitcast(lax.or(fraction, fullAs(fraction, 0x3f800000)), 'float32');
  return lax.cast(lax.subtract(oneToTwo, fullAs(oneToTwo, 1)), dtype);
}

/** The standard normal distribution: sqrt(2) erfinv(u) of u uniform in (-1, 1). */
export function randomNormal(seed: Tensor, shape: readonly number[], dtype: DType = 'float32'): Tensor {
  const uniform = randomUniform(seed, shape);
  // The lowest value moves by half a step, so that erfinv stays finite.
  const symmetric = lax.add(lax.multiply(uniform, fullAs(uniform, 2)), fullAs(uniform, 2 ** -23 - 1));
  return lax.cast(lax.multiply(lax.erf_inv(symmetric), fullAs(symmetric, Math.SQRT2)), dtype);
}

/** The inputs with a share `rate` of them set to 0 and the rest scaled up; axes of size 1 in `noiseShape` share their fate. */
export function dropout(inputs: Tensor, rate: number, seed: Tensor, noiseShape: readonly (number | null)[] | null = null): Tensor {
  if (rate === 1) return fullAs(inputs, 0);
  const draws = randomUniform(seed, concreteShape(inputs, noiseShape));
  const isKept = lax.broadcastTo(lax.compare('greater_equal', draws, fullAs(draws, rate)), inputs.shape);
  return lax.select(isKept, lax.divide(inputs, fullAs(inputs, 1 - rate)), fullAs(inputs, 0));
}

/** A noise shape with null replaced by the inputs' size. */
export function concreteShape(inputs: Tensor, noiseShape: readonly (number | null)[] | null): number[] {
  if (noiseShape === null) return [...inputs.shape];
  if (noiseShape.length !== inputs.rank) {
    throw new ValueError(
      `\`noise_shape\` must have as many dimensions as the inputs. Received: noise_shape=${formatShape(noiseShape)}, inputs.shape=${formatShape(inputs.shape)}`,
      { code: 'noise-shape' },
    );
  }
  return noiseShape.map((dim, axis) => dim ?? (inputs.shape[axis] as number));
}
