// NASNetMobile and NASNetLarge: cells that a search found, stacked.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Activation, BatchNormalization, Conv2D, GlobalAveragePooling2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';
import { type Cell, normalCell, reductionCell } from './nasnet-cells.ts';

interface Architecture {
  readonly name: string;
  readonly size: number;
  /** Channels before the classifier. */
  readonly penultimateFilters: number;
  /** Normal cells between two reductions. */
  readonly blocks: number;
  readonly stemFilters: number;
  /** Whether a cell after a reduction sees what came before the reduction. */
  readonly skipReduction: boolean;
}

/**
 * NASNetMobile, 5.3 million parameters (Zoph and others, https://arxiv.org/abs/1707.07012).
 * Images are (batch, 224, 224, 3), prepared by `nasnet.preprocessInput`.
 */
export const NASNetMobile: Application = application((options) =>
  nasnet({ name: 'nasnet_mobile', size: 224, penultimateFilters: 1056, blocks: 4, stemFilters: 32, skipReduction: false }, options),
);

/** NASNetLarge, 89 million parameters, for images of 331x331 pixels; otherwise as NASNetMobile. */
export const NASNetLarge: Application = application((options) =>
  nasnet({ name: 'nasnet_large', size: 331, penultimateFilters: 4032, blocks: 6, stemFilters: 96, skipReduction: true }, options),
);

function nasnet(architecture: Architecture, options: ApplicationOptions): Model {
  const { name, size, blocks, skipReduction } = architecture;
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: size, minSize: 32 });
  const filters = architecture.penultimateFilters / 24;
  let cell: Cell = { x: stem(input, architecture.stemFilters), previous: undefined };
  cell = reductionCell(cell, filters / 4, 'stem_1');
  cell = reductionCell(cell, filters / 2, 'stem_2');
  for (let stage = 0; stage < 3; stage++) {
    const wide = filters * 2 ** stage;
    if (stage > 0) {
      const reduced = reductionCell(cell, wide, `reduce_${stage * blocks}`);
      cell = skipReduction ? { x: reduced.x, previous: cell.previous } : reduced;
    }
    for (let block = 0; block < blocks; block++) cell = normalCell(cell, wide, `${stage * blocks + block + (stage > 0 ? 1 : 0)}`);
  }
  const x = new Activation('relu')(cell.x);
  const output = includeTop ? classify(new GlobalAveragePooling2D()(x), options) : poolOutputs(x, pooling);
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

function stem(input: KerasTensor, filters: number): KerasTensor {
  const x = new Conv2D(filters, 3, { strides: 2, useBias: false, name: 'stem_conv1', kernelInitializer: 'he_normal' })(input);
  return new BatchNormalization({ momentum: 0.9997, epsilon: 1e-3, name: 'stem_bn1' })(x);
}
