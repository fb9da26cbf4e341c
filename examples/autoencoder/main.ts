// Cleans noisy digits: a convolutional autoencoder, as in Keras's example "Convolutional autoencoder for image denoising".
//   node --import tsx examples/autoencoder/main.ts [DIGITS] [EPOCHS]
import { Input, layers, ops, random, Sequential, type Tensor, utils } from '../../compiler/index.ts';
import { firstOf, readDigits } from '../digits/read-digits.ts';

const [count = 4000, epochs = 3] = process.argv.slice(2).map(Number);

/** (batch, 28, 28, 1) -> the same, through a bottleneck of 7 x 7 x 32. */
function autoencoder(): Sequential {
  return new Sequential([
    Input({ shape: [28, 28, 1] }),
    new layers.Conv2D(32, 3, { activation: 'relu', padding: 'same' }),
    new layers.MaxPooling2D(2, { padding: 'same' }),
    new layers.Conv2D(32, 3, { activation: 'relu', padding: 'same' }),
    new layers.MaxPooling2D(2, { padding: 'same' }),
    new layers.Conv2DTranspose(32, 3, { strides: 2, activation: 'relu', padding: 'same' }),
    new layers.Conv2DTranspose(32, 3, { strides: 2, activation: 'relu', padding: 'same' }),
    new layers.Conv2D(1, 3, { activation: 'sigmoid', padding: 'same' }),
  ]);
}

/** Half of the grey range as Gaussian noise. */
const disturb = (images: Tensor): Tensor => ops.clip(ops.add(images, random.normal(images.shape, { stddev: 0.4 })), 0, 1) as Tensor;

const meanSquare = (one: Tensor, other: Tensor): number => Number(ops.mean(ops.square(ops.subtract(one, other))).item());

utils.setRandomSeed(1);
const { train, test } = await readDigits();
const clean = firstOf(train, count);
const model = autoencoder();
model.compile({ optimizer: 'adam', loss: 'binary_crossentropy' });
await model.fit(disturb(clean), clean, { epochs, batchSize: 32 });

const wanted = firstOf(test, 500);
const noisy = disturb(wanted);
const cleaned = ops.convertToTensor(model.predict(noisy) as ops.TensorLike);
const [before, after] = [meanSquare(noisy, wanted), meanSquare(cleaned, wanted)];
console.log(
  `mean squared error of noisy digits ${before.toFixed(4)}, of cleaned ones ${after.toFixed(4)}: ${(before / after).toFixed(1)} times less`,
);
