// The copy task: a sequence of random bits, a sign that it ends, and then it is to be said again.
//   node --import tsx examples/neural-turing-machine/main.ts [STEPS]
import { Input, layers, Model, optimizers, type Tensor, tensorOf, utils } from '../../compiler/index.ts';
import { TuringCell } from './turing-cell.ts';

const [steps = 3000] = process.argv.slice(2).map(Number);
const BITS = 4;
const LONGEST = 6;
const BATCH = 32;
const TIME = 2 * LONGEST + 1;

interface Task {
  /** (batch, time, bits + 1): the bits, then a 1 in the last feature, then nothing. */
  readonly x: Tensor;
  /** (batch, time, bits): nothing, then the bits again. */
  readonly y: Tensor;
  /** (batch, time): 1 where an answer is expected. */
  readonly isAnswer: Tensor;
}

/** A generator of numbers from 0 to 1: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function copyTask(random: () => number): Task {
  const x = new Float32Array(BATCH * TIME * (BITS + 1));
  const y = new Float32Array(BATCH * TIME * BITS);
  const isAnswer = new Float32Array(BATCH * TIME);
  for (let row = 0; row < BATCH; row++) {
    const length = 1 + Math.floor(random() * LONGEST);
    x[(row * TIME + length) * (BITS + 1) + BITS] = 1;
    for (let step = 0; step < length; step++) {
      isAnswer[row * TIME + length + 1 + step] = 1;
      for (let bit = 0; bit < BITS; bit++) {
        const value = random() < 0.5 ? 0 : 1;
        x[(row * TIME + step) * (BITS + 1) + bit] = value;
        y[(row * TIME + length + 1 + step) * BITS + bit] = value;
      }
    }
  }
  return {
    x: tensorOf('float32', [BATCH, TIME, BITS + 1], x),
    y: tensorOf('float32', [BATCH, TIME, BITS], y),
    isAnswer: tensorOf('float32', [BATCH, TIME], isAnswer),
  };
}

function* tasks(random: () => number): Generator<[Tensor, Tensor, Tensor]> {
  for (;;) {
    const { x, y, isAnswer } = copyTask(random);
    yield [x, y, isAnswer];
  }
}

/** The share of bits that are said again rightly. */
function rightBits(model: Model, { x, y, isAnswer }: Task): number {
  const said = (model.predict(x, { batchSize: BATCH }) as unknown as { readonly data: Float32Array }).data;
  const wanted = Array.from(y.data as Float32Array, Number);
  const asked = wanted.map((_, index) => Number(isAnswer.data[Math.floor(index / BITS)]) === 1);
  const right = wanted.filter((bit, index) => asked[index] && (said[index] as number) > 0.5 === bit > 0.5);
  return right.length / asked.filter(Boolean).length;
}

utils.setRandomSeed(1);
const input = Input({ shape: [TIME, BITS + 1] });
const cell = new TuringCell({ units: 64, slots: 16, width: 12, outputs: BITS });
const model = new Model({ inputs: input, outputs: new layers.RNN(cell, { returnSequences: true })(input), name: 'turing' });
model.compile({ optimizer: new optimizers.Adam(2e-3, { globalClipnorm: 10 }), loss: 'binary_crossentropy' });
const epochs = Math.max(1, Math.round(steps / 500));
await model.fit(tasks(randomNumbers(1)), { stepsPerEpoch: Math.ceil(steps / epochs), epochs });
const share = rightBits(model, copyTask(randomNumbers(99)));
console.log(`right of all bits of ${BATCH} unseen sequences: ${(share * 100).toFixed(1)}%`);
