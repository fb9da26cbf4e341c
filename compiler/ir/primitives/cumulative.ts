// cumulative: each element combined with all before it along an axis, or with all after it.
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray } from '../reference/elements.ts';
import { monoid } from '../reference/monoids.ts';
import { stridesOf } from '../shape.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, requireAxes, typeError } from './type-rules.ts';

export const cumulative: Primitive<'cumulative'> = {
  name: 'cumulative',
  infer(inputs, { axis }) {
    const [x] = operands('cumulative', inputs, 1);
    if (x.dtype === 'bool') throw typeError('cumulative', 'expected a numeric operand (cast it first).', inputs);
    requireAxes('cumulative', 'axis', [axis], x.shape.length);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate(inputs, { kind, axis, reverse }) {
    const [x] = operands<NDArray>('cumulative', inputs, 1);
    const { neutral, combine } = monoid(kind, x.dtype);
    const source = readElements(x) as NumberArray;
    const result = resultArray(x) as NumberArray;
    const size = x.shape[axis] as number;
    const stride = stridesOf(x.shape)[axis] as number;
    for (let outer = 0; outer < source.length; outer += size * stride) {
      for (let inner = outer; inner < outer + stride; inner++) {
        let value = neutral;
        for (let index = 0; index < size; index++) {
          const at = inner + (reverse ? size - 1 - index : index) * stride;
          value = combine(value, source[at] as number);
          result[at] = value;
        }
      }
    }
    return [toNDArray(x, result)];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  gradient: differentiate,
  batchAxes: ([axis = null], _inputs, params) => (axis === params.axis ? undefined : [axis]),
};

function differentiate<T extends TensorType>(context: GradientContext<'cumulative', T>): Cotangent<T>[] {
  const { lax, params, inputs, outputs, cotangents } = context;
  const [x, result, cotangent] = [inputs[0] as T, outputs[0] as T, cotangents[0] as T];
  const { kind, axis, reverse } = params;
  const sumBack = (tensor: T): T => lax.cumulative(tensor, { kind: 'sum', axis, reverse: !reverse });
  switch (kind) {
    case 'sum':
      return [sumBack(cotangent)];
    case 'product': {
      // 0 where an element is 0, as in Keras on TensorFlow.
      const isZero = lax.compare('equal', x, lax.fullLike(x, 0));
      const quotient = lax.divide(sumBack(lax.multiply(result, cotangent)), lax.select(isZero, lax.fullLike(x, 1), x));
      return [lax.select(isZero, lax.fullLike(x, 0), quotient)];
    }
    default:
      return [sumToExtremes(context)];
  }
}

/** Each result's cotangent goes to the last element so far that was an extreme. */
function sumToExtremes<T extends TensorType>({ lax, params, inputs, outputs, cotangents }: GradientContext<'cumulative', T>): T {
  const [x] = inputs as readonly [T];
  const { axis, reverse } = params;
  const others = x.shape.map((_, other) => other).filter((other) => other !== axis);
  const position = lax.iota('int32', x.shape, axis);
  const isExtreme = lax.compare('equal', x, outputs[0] as T);
  const outside = lax.full(x.shape, reverse ? (x.shape[axis] as number) : -1, 'int32');
  const latest = lax.cumulative(lax.select(isExtreme, position, outside), { kind: reverse ? 'min' : 'max', axis, reverse });
  return lax.scatter(lax.fullLike(x, 0), lax.reshape(latest, [...x.shape, 1]), cotangents[0] as T, {
    kind: 'add',
    offsetAxes: [],
    collapsedAxes: [axis],
    operandBatchAxes: others,
    indicesBatchAxes: others,
    startIndexMap: [axis],
  });
}
