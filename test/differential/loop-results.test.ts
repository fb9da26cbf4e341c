import { expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { randomFloats } from '../ir/random-values.ts';

it('rows of a loop keep their values where a convolution pads them afterwards', () => {
  const kernel = tensorOf('float32', [3, 3, 3, 8, 5], randomFloats(27 * 40, 1));
  const params = {
    strides: [1, 1, 1],
    padding: [1, 1, 1].map((amount) => [amount, amount] as const),
    inputDilation: [1, 1, 1],
    kernelDilation: [1, 1, 1],
    featureGroups: 1,
    batchGroups: 1,
  };
  const { graph } = trace(
    'rows',
    [{ name: 'xs', dtype: 'float32', shape: [3, 1, 2, 2, 2, 8] }],
    (xs) => {
      const { ys } = scan((x) => [lax.negative(x as Tensor)], { carry: [], xs: [xs], length: 3 });
      return [lax.convolution(lax.reshape(ys[0] as Tensor, [3, 2, 2, 2, 8]), kernel, params)];
    },
    (outputs) => outputs,
  );
  const inputs = [tensorOf('float32', [3, 1, 2, 2, 2, 8], randomFloats(192, 2)).value];
  // Multiples of 1/64 below 2, 216 products of which are added: exact in float32.
  expect(createWasmExecutor()(graph, inputs)[0]?.data).toEqual(executeReference(graph, inputs)[0]?.data);
});
