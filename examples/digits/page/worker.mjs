// The model in a thread of its own: reads what was drawn, and learns from it.
import { load } from './model/index.js';

const PIXELS = 784;
const model = await load();
const samples = new Uint8Array(await (await fetch('./samples.bin')).arrayBuffer());
const { batch } = model.training;
/** What was drawn and named, newest last. */
const lessons = [];

self.onmessage = ({ data: { drawing, label } }) => {
  if (label === undefined) self.postMessage({ scores: model.predict({ image: drawing }).scores });
  else learn(drawing, label);
};

/** A few steps on batches of which an eighth is what was drawn; digits of the training set keep it from forgetting the rest. */
function learn(drawing, label) {
  lessons.push({ pixels: drawing, digit: label });
  let logs = {};
  for (let step = 0; step < 5; step++) {
    const x = new Float32Array(batch * PIXELS);
    const y = new Int32Array(batch);
    for (let row = 0; row < batch; row++) {
      const { pixels, digit } = row % 8 === 0 ? lessons.at(-1 - ((row / 8) % lessons.length)) : sample();
      x.set(pixels, row * PIXELS);
      y[row] = digit;
    }
    logs = model.trainStep({ x, y });
  }
  self.postMessage({ logs, scores: model.predict({ image: drawing }).scores });
}

/** A random digit of the training set: its class in the first byte, its pixels after it. */
function sample() {
  const start = Math.floor((Math.random() * samples.length) / (PIXELS + 1)) * (PIXELS + 1);
  return { digit: samples[start], pixels: Float32Array.from(samples.subarray(start + 1, start + 1 + PIXELS), (value) => value / 255) };
}

self.postMessage({ ready: { variant: model.variant, batch } });
