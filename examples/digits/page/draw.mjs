// The page: a canvas to draw on, a button for each digit with its score, and the model in a worker.
const canvas = document.querySelector('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });
const status = document.querySelector('#status');
const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });

const buttons = Array.from({ length: 10 }, (_, digit) => {
  const button = document.createElement('button');
  button.textContent = digit;
  button.addEventListener('click', () => worker.postMessage({ drawing: drawing(), label: digit }));
  document.querySelector('#scores').append(button);
  return button;
});

worker.addEventListener('message', ({ data: { ready, scores, logs } }) => {
  if (ready) status.textContent = `ready (${ready.variant})`;
  if (logs) status.textContent = `learned: loss ${logs.loss.toFixed(3)}`;
  scores?.forEach((score, digit) => {
    buttons[digit].style.setProperty('--share', `${Math.round(score * 100)}%`);
  });
});
worker.addEventListener('error', ({ message }) => {
  status.textContent = message || 'The model could not be loaded. Serve this folder over HTTP.';
});

/** The pixels from 0 to 1, moved so that the centre of mass is in the middle, as in the digits that it was trained on. */
function drawing() {
  const { data } = context.getImageData(0, 0, 28, 28);
  const at = (x, y) => (x >= 0 && y >= 0 && x < 28 && y < 28 ? data[(y * 28 + x) * 4] / 255 : 0);
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      mass += at(x, y);
      sumX += x * at(x, y);
      sumY += y * at(x, y);
    }
  }
  const shiftX = mass > 0 ? Math.round(sumX / mass - 13.5) : 0;
  const shiftY = mass > 0 ? Math.round(sumY / mass - 13.5) : 0;
  return Float32Array.from({ length: 784 }, (_, pixel) => at((pixel % 28) + shiftX, Math.floor(pixel / 28) + shiftY));
}

context.lineWidth = 2.2;
context.lineCap = 'round';
context.strokeStyle = '#fff';
const place = ({ offsetX, offsetY }) => [(offsetX / canvas.clientWidth) * 28, (offsetY / canvas.clientHeight) * 28];
canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  context.beginPath();
  context.moveTo(...place(event));
});
canvas.addEventListener('pointermove', (event) => {
  if (event.buttons === 0) return;
  context.lineTo(...place(event));
  context.stroke();
  worker.postMessage({ drawing: drawing() });
});
document.querySelector('#clear').addEventListener('click', () => context.clearRect(0, 0, 28, 28));
