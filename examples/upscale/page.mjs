// Runs in the browser, beside the bundle: doubles the pixels several times and says how long it took.

/** `load` is the bundle's. */
export async function double(load, pixels) {
  const model = await load();
  const LR = Float32Array.from(pixels);
  const times = [];
  let SR = new Float32Array();
  for (let run = 0; run < 10; run++) {
    const start = performance.now();
    ({ SR } = model.predict({ LR }));
    times.push(performance.now() - start);
  }
  return { values: Array.from(SR), times, variant: model.variant };
}
