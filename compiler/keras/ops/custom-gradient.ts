// custom_gradient: a function whose gradient its author writes.
import { attachGradient } from '../../autodiff/attach-gradient.ts';
import { isFloat } from '../../ir/dtype.ts';
import { Tensor } from '../../trace/tensor.ts';
import { flatten, type Nested, packLike } from '../engine/structure.ts';
import { type TensorLike, toTensor } from './convert.ts';

/** From the cotangents of the results, in order, to those of the arguments: one, or a list with null where there is none. */
export type GradientFunction = (...upstream: Tensor[]) => Tensor | null | readonly (Tensor | null)[];

/**
 * Makes a function of tensors from `f`, which returns its result and the function that computes gradients.
 *
 * @example
 * const log1pexp = ops.customGradient((x) => {
 *   const e = ops.exp(x);
 *   return [ops.log(ops.add(e, 1)), (upstream) => ops.multiply(upstream, ops.divide(e, ops.add(e, 1)))];
 * });
 */
export function customGradient<R extends Nested<Tensor>>(
  f: (...args: Tensor[]) => readonly [R, GradientFunction],
): (...args: TensorLike[]) => R {
  return (...args) => {
    const operands = args.map((arg) => toTensor(arg));
    const [result, backward] = f(...operands);
    const results = flatten<Tensor>(result);
    const attached = attachGradient(operands, results, (_, cotangents) => {
      let next = 0;
      // Results that are not float have no cotangent, but keep their place.
      const found = backward(...results.map((tensor) => (isFloat(tensor.dtype) ? (cotangents[next++] as Tensor) : tensor)));
      return found instanceof Tensor || found === null ? [found] : found;
    });
    return packLike(result as Nested<unknown>, attached) as R;
  };
}
