// The Python lambdas that cases pass as arguments, by their text.
import { ops, type Tensor } from '../../compiler/index.ts';
import { Skip } from './case.ts';

type Pair = readonly [Tensor, Tensor];

const FUNCTIONS: Readonly<Record<string, (...args: never[]) => unknown>> = {
  'lambda epoch: 0.1 / (epoch + 1)': (epoch: number) => 0.1 / (epoch + 1),
  'lambda epoch, lr: lr if epoch < 2 else lr * math.exp(-0.1)': (epoch: number, rate: number) => (epoch < 2 ? rate : rate * Math.exp(-0.1)),
  'lambda a, b: a + b': (a: Tensor, b: Tensor) => ops.add(a, b),
  'lambda a, b: a * b': (a: Tensor, b: Tensor) => ops.multiply(a, b),
  'lambda: ops.ones((2,))': () => ops.ones([2]),
  'lambda: ops.zeros((2,))': () => ops.zeros([2]),
  'lambda i, x: x + 1': (_: Tensor, x: Tensor) => ops.add(x, 1),
  'lambda i, x: x + 2.0': (_: Tensor, x: Tensor) => ops.add(x, 2),
  'lambda x: (x * x, lambda upstream: upstream * 5.0)': (x: Tensor) => [
    ops.multiply(x, x),
    (upstream: Tensor) => ops.multiply(upstream, 5),
  ],
  'lambda x: ops.sum(ops.exp(x))': (x: Tensor) => ops.sum(ops.exp(x)),
  'lambda x, y: ops.sin(x) * y': (x: Tensor, y: Tensor) => ops.multiply(ops.sin(x), y),
  'lambda t: t[0] * t[1]': ([a, b]: Pair) => ops.multiply(a, b),
  'lambda t: t[0] + t[1]': ([a, b]: Pair) => ops.add(a, b),
  'lambda x: x * 2 + 1': (x: Tensor) => ops.add(ops.multiply(x, 2), 1),
  'lambda c, x: (c + x, c * x)': (c: Tensor, x: Tensor) => [ops.add(c, x), ops.multiply(c, x)],
  'lambda c, x: (c * 0.5 + x, c)': (c: Tensor, x: Tensor) => [ops.add(ops.multiply(c, 0.5), x), c],
  'lambda x, y: x + y': (x: Tensor, y: Tensor) => ops.add(x, y),
  'lambda x, y: x - y': (x: Tensor, y: Tensor) => ops.subtract(x, y),
  'lambda x, y: x * y': (x: Tensor, y: Tensor) => ops.multiply(x, y),
  'lambda x: ops.sum(x)': (x: Tensor) => ops.sum(x),
  'lambda x: ops.max(x)': (x: Tensor) => ops.max(x),
  'lambda x: ops.sum(x) < 100.0': (x: Tensor) => ops.less(ops.sum(x), 100),
  'lambda x: (x * 2.0,)': (x: Tensor) => [ops.multiply(x, 2)],
  'lambda x: ops.sum(x[0] * x[1], axis=-1, keepdims=True)': ([a, b]: Pair) => ops.sum(ops.multiply(a, b), { axis: -1, keepdims: true }),
  'lambda x: ops.mean(x, axis=1)': (x: Tensor) => ops.mean(x, { axis: 1 }),
};

/** The equivalent of a Python function argument. */
export function functionFor(text: string): (...args: never[]) => unknown {
  const found = FUNCTIONS[text];
  if (!found) throw new Skip(`function argument ${text}`);
  return found;
}
