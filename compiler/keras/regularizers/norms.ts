// Penalties on the size of weights.
import { ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { Regularizer } from './regularizer.ts';

type Factor = number | null | undefined;

/** A factor must be a finite number of at least 0. */
export function checkFactor(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ValueError(`Invalid value for argument ${name}: expected a non-negative float. Received: ${name}=${String(value)}`, {
    code: 'regularizer',
  });
}

const sumOf = (x: Tensor): Tensor =>
  lax.reduce(
    'sum',
    x,
    x.shape.map((_, axis) => axis),
  );
const scaled = (factor: number, x: Tensor): Tensor => lax.multiply(lax.scalar(factor, x.dtype), x);
const absoluteSum = (x: Tensor): Tensor => sumOf(lax.abs(x));
const squareSum = (x: Tensor): Tensor => sumOf(lax.multiply(x, x));

const factorOf = (options: Factor | { readonly [key: string]: Factor }, name: string): number => {
  const value = typeof options === 'object' ? options?.[name] : options;
  return checkFactor(value ?? 0.01, name);
};

/** `l1 * sum(abs(x))`. */
export class L1 extends Regularizer {
  readonly l1: number;

  constructor(options?: number | { readonly l1?: number | null }) {
    super();
    // Keras keeps this one as a float32 tensor.
    this.l1 = Math.fround(factorOf(options, 'l1'));
  }

  override invoke(weight: Tensor): Tensor {
    return scaled(this.l1, absoluteSum(weight));
  }

  override getConfig(): Record<string, unknown> {
    return { l1: this.l1 };
  }
}

/** `l2 * sum(x^2)`. */
export class L2 extends Regularizer {
  readonly l2: number;

  constructor(options?: number | { readonly l2?: number | null }) {
    super();
    this.l2 = factorOf(options, 'l2');
  }

  override invoke(weight: Tensor): Tensor {
    return scaled(this.l2, squareSum(weight));
  }

  override getConfig(): Record<string, unknown> {
    return { l2: this.l2 };
  }
}

/** `l1 * sum(abs(x)) + l2 * sum(x^2)`. */
export class L1L2 extends Regularizer {
  readonly l1: number;
  readonly l2: number;

  constructor({ l1, l2 }: { readonly l1?: number | null; readonly l2?: number | null } = {}) {
    super();
    this.l1 = checkFactor(l1 ?? 0, 'l1');
    this.l2 = checkFactor(l2 ?? 0, 'l2');
  }

  override invoke(weight: Tensor): Tensor {
    // A factor of 0 leaves the weight without a gradient from here.
    const terms = [this.l1 === 0 ? [] : [scaled(this.l1, absoluteSum(weight))], this.l2 === 0 ? [] : [scaled(this.l2, squareSum(weight))]];
    return terms.flat().reduce((sum, term) => lax.add(sum, term), lax.scalar(0, weight.dtype));
  }

  override getConfig(): Record<string, unknown> {
    return { l1: this.l1, l2: this.l2 };
  }
}
