// The difference of two inputs, element by element.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { ShapeStructure } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { formatShapes, Merge, requireShapes } from './base-merge.ts';

/**
 * Two tensors whose shapes broadcast -> the first minus the second.
 *
 * @example new layers.Subtract()([a, b])
 */
export class Subtract extends Merge {
  override build(inputShape: ShapeStructure): void {
    super.build(inputShape);
    const shapes = requireShapes(inputShape);
    if (shapes.length !== 2) {
      throw new ValueError(`A \`Subtract\` layer should be called on exactly 2 inputs. Received: input_shape=${formatShapes(shapes)}`, {
        code: 'merge',
      });
    }
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    if (inputs.length !== 2)
      throw new ValueError(`A \`Subtract\` layer should be called on exactly 2 inputs. Received: ${inputs.length} inputs`, {
        code: 'merge',
      });
    return ops.subtract(inputs[0] as Tensor, inputs[1] as Tensor);
  }
}
