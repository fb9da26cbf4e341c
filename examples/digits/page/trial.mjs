// What `npm start` runs in the page: reads digits with the bundle, and times it.
import { load } from './model/index.js';

/** Runs whose times count, after some that warm up. */
const RUNS = 20;

export async function tryModel({ images, labels }) {
  const model = await load();
  const image = Float32Array.from(images);
  const { scores } = model.predict({ image });
  const right = labels.filter((label, sample) => bestOf(scores.subarray(sample * 10, sample * 10 + 10)) === label);
  const one = image.subarray(0, 784);
  const predictMs = median(() => model.predict({ image: one }));
  const { batch } = model.training;
  const data = { x: image.subarray(0, batch * 784), y: Int32Array.from(labels.slice(0, batch)) };
  const trainStepMs = median(() => model.trainStep(data));
  return { accuracy: right.length / labels.length, predictMs, trainStepMs };
}

export const bestOf = (scores) => scores.indexOf(Math.max(...scores));

function median(run) {
  const times = Array.from({ length: RUNS + 5 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).slice(5);
  return times.sort((one, other) => one - other)[RUNS / 2];
}
