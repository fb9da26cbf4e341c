// kerasc as a competitor of the browser benchmark: a bundle that `build-bundles.ts` wrote to WORK/kerasc/MODEL.
let model;
let inputs;
let output;

/** The bundle's address: below the benchmark's server in a page, on disk in Node. */
const bundleUrl = ({ browser, origin, model: name }) =>
  browser ? `${origin}/gen/kerasc/${name}/index.js` : `file://${process.env.KB_WORK}/kerasc-node/${name}/index.js`;

export async function load(context) {
  const { load: loadModel } = await import(bundleUrl(context));
  model = await loadModel();
  inputs = { [model.inputs[0].name]: undefined };
  output = model.outputs[0].name;
  context.note = model.variant;
}

export async function run(x) {
  inputs[model.inputs[0].name] = x;
  return model.predict(inputs)[output];
}
