// The custom layer of a golden model: adds a learned position to each step.
import { Layer, ops, registerKerasSerializable, type Tensor, type Variable } from '../../../compiler/index.ts';

class PositionEmbedding extends Layer {
  #position: Variable | undefined;

  override build(inputShape: readonly (number | null)[]): void {
    this.#position = this.addWeight({ name: 'pos', shape: inputShape.slice(1, 3) });
  }

  override call(x: Tensor): Tensor {
    return ops.add(x, this.#position as Variable);
  }
}

registerKerasSerializable(PositionEmbedding, { package: 'kc' });
