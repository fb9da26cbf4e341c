// Forward mode: the derivative of a function along a direction, as the gradient of its gradient.
import { pullBack } from '../../autodiff/pull-back.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { flatten, type Nested, packLike } from '../engine/structure.ts';
import { type TensorLike, toTensor } from './convert.ts';

export interface JvpOptions {
  /** Whether `fun` returns its output and something else, which comes back as it is. Default false. */
  readonly hasAux?: boolean;
}

type Structures = readonly Nested<TensorLike>[];

const toTensors = (structures: Structures): Tensor[] => flatten<TensorLike>(structures).map((leaf) => toTensor(leaf));

/**
 * `[fun(...primals), derivative]`: the derivative of `fun` at `primals` in the direction `tangents`, in the structure of its result.
 * With `hasAux` the auxiliary result follows.
 *
 * @example ops.jvp(ops.sin, [0.1], [0.2]) // [0.0998, 0.1990]
 */
export const jvp = defineOp(
  'jvp',
  ['fun', 'primals', 'tangents'],
  (
    fun: (...args: Nested<Tensor>[]) => unknown,
    primals: Structures,
    tangents: Structures,
    { hasAux = false }: JvpOptions = {},
  ): unknown[] => {
    const inputs = toTensors(primals);
    const directions = toTensors(tangents).map((tangent, index) => lax.cast(tangent, (inputs[index] as Tensor).dtype));
    const result = fun(...(packLike(primals as Nested<unknown>, inputs) as Nested<Tensor>[]));
    const [output, aux] = hasAux ? (result as [Nested<Tensor>, unknown]) : [result as Nested<Tensor>];
    const derivatives = derivativesAlong(flatten<Tensor>(output), inputs, directions);
    const derivative = packLike(output as Nested<unknown>, derivatives);
    return hasAux ? [output, derivative, aux] : [output, derivative];
  },
);

/** The gradient is linear in the cotangents of the outputs; its own gradient with respect to them is the derivative. */
function derivativesAlong(outputs: readonly Tensor[], inputs: readonly Tensor[], directions: readonly Tensor[]): Tensor[] {
  // Any value does: the results do not depend on it.
  const cotangents = outputs.map((output) => (output.dtype.includes('float') ? lax.fullLike(output, 0) : null));
  const gradients = pullBack(outputs, cotangents, inputs);
  const connected = gradients.flatMap((gradient, index) => (gradient ? [[gradient, directions[index] as Tensor] as const] : []));
  const targets = cotangents.filter((cotangent) => cotangent !== null);
  const found = pullBack(
    connected.map(([gradient]) => gradient),
    connected.map(([, direction]) => direction),
    targets,
  );
  return outputs.map((output, index) => {
    const cotangent = cotangents[index];
    return (cotangent && found[targets.indexOf(cotangent)]) ?? lax.fullLike(output, 0);
  });
}
