// Two networks that train against each other until one draws digits: a step of one's own with two optimizers.
//   node --import tsx examples/gan/main.ts [DIGITS] [EPOCHS]
import {
  gradients,
  Input,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  random,
  SeedGenerator,
  Sequential,
  type Tensor,
  utils,
} from '../../compiler/index.ts';
import { firstOf, readDigits } from '../digits/read-digits.ts';

const [count = 4096, epochs = 10] = process.argv.slice(2).map(Number);
const LATENT = 32;

/** Noise (batch, LATENT) -> images (batch, 28, 28, 1). */
const makeGenerator = (): Sequential =>
  new Sequential([
    Input({ shape: [LATENT] }),
    new layers.Dense(7 * 7 * 32),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
    new layers.Reshape([7, 7, 32]),
    new layers.Conv2DTranspose(32, 4, { strides: 2, padding: 'same' }),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
    new layers.Conv2DTranspose(1, 4, { strides: 2, padding: 'same', activation: 'sigmoid' }),
  ]);

/** Images -> a logit: how real they look. */
const makeDiscriminator = (): Sequential =>
  new Sequential([
    Input({ shape: [28, 28, 1] }),
    new layers.Conv2D(32, 4, { strides: 2, padding: 'same' }),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
    new layers.Conv2D(64, 4, { strides: 2, padding: 'same' }),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
    new layers.Flatten(),
    new layers.Dense(1),
  ]);

class Gan extends Model {
  readonly generator = makeGenerator();
  readonly discriminator = makeDiscriminator();
  readonly seeds = new SeedGenerator(7);
  readonly generatorOptimizer = new optimizers.Adam(1e-3, { beta_1: 0.5 });
  readonly discriminatorOptimizer = new optimizers.Adam(5e-4, { beta_1: 0.5 });
  readonly generatorLoss = new metrics.Mean({ name: 'g_loss' });
  readonly discriminatorLoss = new metrics.Mean({ name: 'd_loss' });
  readonly #crossentropy = new losses.BinaryCrossentropy({ fromLogits: true });

  override get metrics() {
    return [this.generatorLoss, this.discriminatorLoss];
  }

  override trainStep(data: utils.StepData<Tensor>) {
    const real = data as Tensor;
    const batch = real.shape[0] as number;
    const fake = this.generator(random.normal([batch, LATENT], { seed: this.seeds }), { training: true }) as Tensor;
    const logits = this.discriminator(ops.concatenate([fake, real], { axis: 0 }), { training: true }) as Tensor;
    const labels = ops.concatenate([ops.zeros([batch, 1]), ops.ones([batch, 1])], { axis: 0 });
    const discriminatorLoss = this.#crossentropy(labels, logits);
    const judges = this.discriminator.trainableWeights;
    this.discriminatorOptimizer.apply(gradients(discriminatorLoss, judges), judges);
    const generatorLoss = this.#crossentropy(ops.ones([batch, 1]), this.discriminator(fake, { training: true }) as Tensor);
    const painters = this.generator.trainableWeights;
    this.generatorOptimizer.apply(gradients(generatorLoss, painters), painters);
    this.generatorLoss.updateState(generatorLoss);
    this.discriminatorLoss.updateState(discriminatorLoss);
    return this.getMetricsResult();
  }
}

/** Prints images side by side, a character for each two rows of pixels. */
function show(images: ArrayLike<number>, shown: number): void {
  const shades = ' .:-=+*#%@';
  for (let y = 0; y < 28; y += 2) {
    const line = Array.from({ length: shown * 28 }, (_, column) => {
      const at = Math.floor(column / 28) * 784 + y * 28 + (column % 28);
      return shades[Math.round((((images[at] as number) + (images[at + 28] as number)) / 2) * 9)];
    });
    console.log(line.join(''));
  }
}

utils.setRandomSeed(1);
const { train } = await readDigits();
const gan = new Gan();
gan.compile();
await gan.fit(firstOf(train, count), { epochs, batchSize: 64 });
const drawn = gan.generator(random.normal([4, LATENT], { seed: 3 })) as Tensor;
show(drawn.data as Float32Array, 4);

/** The mean of the pixels of each digit's outer rows and columns, and of those within. */
function inkOf(pixels: ArrayLike<number>): { readonly border: number; readonly middle: number } {
  const sums = { border: [0, 0], middle: [0, 0] };
  for (let at = 0; at < pixels.length; at++) {
    const [y, x] = [Math.floor(at / 28) % 28, at % 28];
    const sum = sums[Math.min(x, y, 27 - x, 27 - y) < 4 ? 'border' : 'middle'] as [number, number];
    sum[0] += pixels[at] as number;
    sum[1] += 1;
  }
  const mean = ([total, count]: number[]): number => (total as number) / (count as number);
  return { border: mean(sums.border), middle: mean(sums.middle) };
}

const [own, real] = [inkOf(drawn.data as Float32Array), inkOf(train.images.subarray(0, count * 784))];
console.log(
  `ink at the border and in the middle: drawn ${own.border.toFixed(3)} and ${own.middle.toFixed(3)}, ` +
    `real ${real.border.toFixed(3)} and ${real.middle.toFixed(3)}`,
);
