// Puts a new head on a real pretrained network: what learned to sharpen photographs tells which patches of one are blurred.
// First the head alone is trained on frozen features, then everything with small steps, as in Keras's guide to transfer learning.
//   node --import tsx examples/transfer/main.ts [EPOCHS]
import { Input, layers, loadModel, Model, ops, optimizers, type Tensor, tensorOf, utils } from '../../compiler/index.ts';
import { type Photograph, readPhotograph } from '../upscale/photograph.ts';

const [epochs = 6] = process.argv.slice(2).map(Number);
const PACKAGE = 'node_modules/@upscalerjs/default-model';
const PATCH = 24;
const STRIDE = 4;

/** The features of the pretrained network, frozen, and a new head: (batch, PATCH, PATCH, 3) -> (batch, 1). */
async function withNewHead(): Promise<{ readonly model: Model; readonly base: Model }> {
  const pretrained = await loadModel(`${PACKAGE}/models/model.json`);
  const base = new Model({ inputs: pretrained.inputs, outputs: pretrained.getLayer('FDF').output, name: 'features' });
  base.trainable = false;
  const input = Input({ shape: [PATCH, PATCH, 3] });
  const features = base(input);
  const pooled = new layers.GlobalAveragePooling2D()(new layers.Activation('relu')(features));
  const output = new layers.Dense(1, { activation: 'sigmoid' })(new layers.BatchNormalization()(pooled));
  return { model: new Model({ inputs: input, outputs: output, name: 'blur_detector' }), base };
}

interface Patches {
  readonly x: Tensor;
  /** 1 where the patch is blurred. */
  readonly y: Tensor;
}

/** All patches whose left edge lies between two columns, and a blurred copy of each. */
function patchesOf({ width, height, pixels }: Photograph, from: number, to: number): Patches {
  const image = tensorOf('float32', [1, height, width, 3], pixels);
  const blurred = ops.image.gaussianBlur(image, { kernelSize: [5, 5], sigma: [0.8, 0.8] });
  const cut = (source: Tensor): Tensor => {
    const strip = ops.slice(source, [0, 0, from, 0], [1, height, to - from, 3]) as Tensor;
    const patches = ops.image.extractPatches(strip, [PATCH, PATCH], { strides: STRIDE });
    return ops.reshape(patches, [-1, PATCH, PATCH, 3]) as Tensor;
  };
  const [sharp, soft] = [cut(image), cut(blurred)];
  const count = sharp.shape[0] as number;
  return {
    x: ops.concatenate([sharp, soft], { axis: 0 }),
    y: ops.concatenate([ops.zeros([count, 1]), ops.ones([count, 1])], { axis: 0 }),
  };
}

utils.setRandomSeed(1);
const photograph = await readPhotograph(`${PACKAGE}/assets/fixture.png`);
const edge = Math.round(photograph.width * 0.65);
const train = patchesOf(photograph, 0, edge);
const test = patchesOf(photograph, edge, photograph.width);
const { model, base } = await withNewHead();

const trainFor = async (learningRate: number, count: number): Promise<number> => {
  model.compile({ optimizer: new optimizers.Adam(learningRate), loss: 'binary_crossentropy', metrics: ['accuracy'] });
  await model.fit(train.x, train.y, { epochs: count, batchSize: 32 });
  const { accuracy } = await model.evaluate(test.x, test.y, { returnDict: true, verbose: 0 });
  return accuracy as number;
};

const head = await trainFor(1e-2, epochs);
base.trainable = true;
const whole = await trainFor(1e-5, Math.ceil(epochs / 2));
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
console.log(`right of ${test.x.shape[0]} unseen patches: ${percent(head)} with a new head, ${percent(whole)} after fine-tuning`);
