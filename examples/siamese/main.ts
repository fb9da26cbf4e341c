// Tells whether two digits are the same: one network reads both, a contrastive loss of one's own brings equal ones together.
//   node --import tsx examples/siamese/main.ts [PAIRS] [EPOCHS]
import { Input, Layer, layers, Model, ops, Sequential, type Tensor, tensorOf, utils } from '../../compiler/index.ts';
import { type Digits, readDigits } from '../digits/read-digits.ts';

const [pairCount = 20000, epochs = 6] = process.argv.slice(2).map(Number);
/** Beyond this distance two digits need not be pushed further apart. */
const MARGIN = 1;

/** (batch, n) twice -> (batch, 1): how far apart. */
class Distance extends Layer {
  override call([one, other]: readonly Tensor[]): Tensor {
    const squares = ops.sum(ops.square(ops.subtract(one as Tensor, other as Tensor)), { axis: 1, keepdims: true });
    // The root has no slope at 0.
    return ops.sqrt(ops.maximum(squares, 1e-7));
  }
}

/** Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", 2006; 1 stands for different digits. */
function contrastive(isDifferent: Tensor, distance: Tensor): Tensor {
  const together = ops.multiply(ops.subtract(1, isDifferent), ops.square(distance));
  const apart = ops.multiply(isDifferent, ops.square(ops.maximum(ops.subtract(MARGIN, distance), 0)));
  return ops.mean(ops.add(together, apart), { axis: -1 });
}

function siameseModel(): Model {
  const reader = new Sequential([
    Input({ shape: [28, 28, 1] }),
    new layers.Conv2D(16, 5, { activation: 'tanh' }),
    new layers.AveragePooling2D(2),
    new layers.Conv2D(32, 5, { activation: 'tanh' }),
    new layers.AveragePooling2D(2),
    new layers.Flatten(),
    new layers.Dense(10, { activation: 'tanh' }),
  ]);
  const [one, other] = [Input({ shape: [28, 28, 1] }), Input({ shape: [28, 28, 1] })];
  return new Model({ inputs: [one, other], outputs: new Distance()([reader(one), reader(other)]) });
}

interface Pairs {
  readonly inputs: [Tensor, Tensor];
  readonly isDifferent: Tensor;
}

/** Half of the pairs equal, half different, each beginning with the next digit. */
function pairsOf({ images, labels }: Digits, count: number): Pairs {
  const byClass = Array.from({ length: 10 }, (_, digit) =>
    Array.from(labels.subarray(0, 2 * count).keys()).filter((at) => labels[at] === digit),
  );
  const [one, other] = [new Float32Array(count * 784), new Float32Array(count * 784)];
  const isDifferent = new Float32Array(count);
  for (let pair = 0; pair < count; pair++) {
    isDifferent[pair] = pair % 2;
    const digit = ((labels[pair] as number) + (pair % 2) * (1 + (pair % 9))) % 10;
    const candidates = byClass[digit] as number[];
    const partner = candidates[(pair * 7919) % candidates.length] as number;
    one.set(images.subarray(pair * 784, pair * 784 + 784), pair * 784);
    other.set(images.subarray(partner * 784, partner * 784 + 784), pair * 784);
  }
  const tensor = (data: Float32Array): Tensor => tensorOf('float32', [count, 28, 28, 1], data);
  return { inputs: [tensor(one), tensor(other)], isDifferent: tensorOf('float32', [count, 1], isDifferent) };
}

/** Beyond half the margin two digits count as different. */
function accuracy(isDifferent: Tensor, distance: Tensor): Tensor {
  const guess = ops.cast(ops.greater(distance, MARGIN / 2), 'float32');
  return ops.mean(ops.cast(ops.equal(guess, isDifferent), 'float32'), { axis: -1 });
}

utils.setRandomSeed(1);
const { train, test } = await readDigits();
const model = siameseModel();
model.compile({ optimizer: 'adam', loss: contrastive, metrics: [accuracy] });
const pairs = pairsOf(train, pairCount);
await model.fit(pairs.inputs, pairs.isDifferent, { epochs, batchSize: 64 });
const unseen = pairsOf(test, 2000);
const logs = await model.evaluate(unseen.inputs, unseen.isDifferent, { returnDict: true, verbose: 0 });
console.log(`right of 2000 unseen pairs: ${((logs['accuracy'] as number) * 100).toFixed(1)}%`);
