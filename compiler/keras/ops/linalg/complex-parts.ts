// Arithmetic of complex numbers as pairs of tensors of one shape.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';

export interface Parts {
  readonly real: Tensor;
  readonly imag: Tensor;
}

/** The same function of both parts. */
export const each = ({ real, imag }: Parts, change: (x: Tensor) => Tensor): Parts => ({ real: change(real), imag: change(imag) });

/** The sum of two complex numbers. */
export const add = (a: Parts, b: Parts): Parts => ({ real: lax.add(a.real, b.real), imag: lax.add(a.imag, b.imag) });
/** The difference of two complex numbers. */
export const subtract = (a: Parts, b: Parts): Parts => ({ real: lax.subtract(a.real, b.real), imag: lax.subtract(a.imag, b.imag) });
/** The conjugate of a complex number. */
export const conjugate = ({ real, imag }: Parts): Parts => ({ real, imag: lax.negative(imag) });

/** a b, by any bilinear product of the parts. */
export const multiply = (a: Parts, b: Parts, product: (x: Tensor, y: Tensor) => Tensor = lax.multiply): Parts => ({
  real: lax.subtract(product(a.real, b.real), product(a.imag, b.imag)),
  imag: lax.add(product(a.real, b.imag), product(a.imag, b.real)),
});

/** |z|^2 */
export const squaredSize = ({ real, imag }: Parts): Tensor => lax.add(lax.multiply(real, real), lax.multiply(imag, imag));

/** a / b; b must not be 0. */
export function divide(a: Parts, b: Parts): Parts {
  const size = squaredSize(b);
  return each(multiply(a, conjugate(b)), (x) => lax.divide(x, size));
}

export const choose = (test: Tensor, a: Parts, b: Parts): Parts => ({
  real: lax.select(test, a.real, b.real),
  imag: lax.select(test, a.imag, b.imag),
});

/** The root with a real part of at least 0: sqrt((|z| + x) / 2) + i sign(y) sqrt((|z| - x) / 2). */
export function squareRoot(z: Parts): Parts {
  const size = lax.sqrt(squaredSize(z));
  const half = (x: Tensor): Tensor => lax.sqrt(lax.maximum(lax.multiply(x, fullAs(x, 0.5)), fullAs(x, 0)));
  const imag = half(lax.subtract(size, z.real));
  return {
    real: half(lax.add(size, z.real)),
    imag: lax.select(lax.compare('less', z.imag, fullAs(z.imag, 0)), lax.negative(imag), imag),
  };
}
