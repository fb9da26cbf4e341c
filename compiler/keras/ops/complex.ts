// Complex numbers as pairs of real tensors: what makes them, takes them apart, and the few functions that know them.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { Shape } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, type KerasShape, type KerasTensor } from '../engine/keras-tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { arctan2, hypot, multiply } from './arithmetic.ts';
import { equal, isreal as isRealNumber } from './comparison.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from './convert.ts';
import {
  abs as absoluteNumber,
  absolute as absoluteNumberToo,
  conj as conjugateNumber,
  conjugate as conjugateNumberToo,
  cos,
  imag as imaginaryOfNumber,
  negative,
  real as realOfNumber,
  sin,
} from './elementwise.ts';
import { getItem } from './indexing.ts';
import { stack } from './joining.ts';

type Part = Tensor | KerasTensor;

/** Complex numbers: their real and imaginary parts, tensors (or symbolic tensors) of one shape and dtype. */
export class ComplexTensor<T extends Part = Part> {
  readonly real: T;
  readonly imag: T;

  constructor(real: T, imag: T) {
    this.real = real;
    this.imag = imag;
  }

  get shape(): Shape | KerasShape {
    return this.real.shape;
  }

  get dtype(): 'complex64' | 'complex128' {
    return this.real.dtype === 'float64' ? 'complex128' : 'complex64';
  }
}

type Numbers = TensorLike | KerasTensor | ComplexTensor;

/** An op on real tensors and what it means for complex ones. */
function knowingComplex<R>(ofReal: (x: TensorLike) => Tensor, ofComplex: (z: ComplexTensor<Tensor>) => R): ComplexOp<R> {
  return ((x: Numbers): unknown =>
    x instanceof ComplexTensor ? ofComplex(x as ComplexTensor<Tensor>) : ofReal(x as TensorLike)) as ComplexOp<R>;
}

interface ComplexOp<R> {
  (x: ComplexTensor): R;
  (x: TensorLike): Tensor;
  (x: KerasTensor): KerasTensor;
}

/** The real part. */
export const real = knowingComplex(realOfNumber, (z) => z.real);
/** The imaginary part: of a real tensor zeros. */
export const imag = knowingComplex(imaginaryOfNumber, (z) => z.imag);

/** The conjugate: the tensor itself if it is real. */
export const conj = knowingComplex(conjugateNumber, (z) => new ComplexTensor(z.real, negative(z.imag)));
/** The conjugate; the same as `conj`. */
/** The conjugate; the same as `conj`. */
export const conjugate = knowingComplex(conjugateNumberToo, (z) => new ComplexTensor(z.real, negative(z.imag)));
/** The absolute value: of a complex number its distance from 0. */
export const abs = knowingComplex(absoluteNumber, (z) => hypot(z.real, z.imag));
/** The absolute value; the same as `abs`. */
/** The absolute value; the same as `abs`. */
export const absolute = knowingComplex(absoluteNumberToo, (z) => hypot(z.real, z.imag));
/** Whether the element has no imaginary part. */
export const isreal = knowingComplex(isRealNumber, (z) => equal(z.imag, 0));

const angleOfNumber = defineOp('angle', ['x'], (x: TensorLike): Tensor => {
  const number = toFloat(x);
  return lax.select(lax.compare('less', number, fullAs(number, 0)), fullAs(number, Math.PI), fullAs(number, 0));
});
/** The angle to the positive real axis, in radians: 0 or pi for real numbers. */
export const angle = knowingComplex(angleOfNumber, (z) => arctan2(z.imag, z.real));

/** Complex numbers of absolute values and angles in radians. */
export function polar(absolute: TensorLike, angles: TensorLike): ComplexTensor<Tensor>;
export function polar(absolute: TensorLike | KerasTensor, angles: TensorLike | KerasTensor): ComplexTensor;
export function polar(absolute: TensorLike | KerasTensor, angles: TensorLike | KerasTensor): ComplexTensor {
  const [length, turn] = [absolute as TensorLike, angles as TensorLike];
  return new ComplexTensor<Part>(multiply(length, cos(turn)), multiply(length, sin(turn)));
}

/** Complex numbers (...) of a real tensor (..., 2), whose last axis holds real and imaginary parts. */
export function viewAsComplex(x: TensorLike): ComplexTensor<Tensor>;
export function viewAsComplex(x: TensorLike | KerasTensor): ComplexTensor;
export function viewAsComplex(x: TensorLike | KerasTensor): ComplexTensor {
  const { shape } = isKerasTensor(x) ? x : toTensor(x);
  if (shape.length < 1 || (shape[shape.length - 1] ?? 2) !== 2) {
    throw new ValueError(`Last dimension of input must be size 2 (real and imaginary). Received shape: ${formatShape(shape)}`, {
      code: 'complex-pair',
    });
  }
  const part = (index: number): Part => getItem(x as TensorLike, ['...', index]);
  return new ComplexTensor(part(0), part(1));
}

/** The parts of complex numbers (...) as a last axis of 2. */
export function viewAsReal(z: ComplexTensor<Tensor>): Tensor;
export function viewAsReal(z: ComplexTensor): Part;
export function viewAsReal(z: ComplexTensor): Part {
  return stack([z.real, z.imag] as Tensor[], { axis: -1 });
}
