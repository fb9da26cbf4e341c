// A layer's variables take values from the host: from the user, or from a file.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { sameShape } from '../../ir/shape.ts';
import type { Variable } from '../../trace/variable.ts';
import { assignValue } from './weight.ts';

/** Gives a layer's weights values in the same order. Throws ValueError where their number or a shape differs. */
export function takeWeights(name: string, weights: readonly Variable[], values: readonly NDArray[]): void {
  if (weights.length !== values.length) {
    throw new ValueError(
      `You called \`set_weights(weights)\` on layer '${name}' with a weight list of length ${values.length}, ` +
        `but the layer was expecting ${weights.length} weights.`,
      { code: 'set-weights' },
    );
  }
  weights.forEach((weight, index) => {
    const value = values[index] as NDArray;
    if (!sameShape(weight.shape, value.shape)) {
      throw new ValueError(
        `Layer ${name} weight shape ${formatShape(weight.shape)} is not compatible with provided weight shape ${formatShape(value.shape)}.`,
        { code: 'set-weights' },
      );
    }
    assignValue(weight, value);
  });
}

/** Gives a layer's variables the values that a file has for them, in the same order. */
export function takeSavedValues(
  layer: { readonly name: string; readonly built: boolean },
  variables: readonly Variable[],
  values: readonly NDArray[],
): void {
  if (values.length !== variables.length) {
    const cause = variables.length === 0 && !layer.built ? ' The layer was never built and thus has none.' : '';
    throw new ValueError(
      `Layer '${layer.name}' expected ${variables.length} variables, but received ${values.length} variables during loading. ` +
        `Expected: [${variables.map((variable) => variable.name).join(', ')}].${cause}`,
      { code: 'load-weights' },
    );
  }
  variables.forEach((variable, index) => {
    assignValue(variable, values[index] as NDArray);
  });
}
