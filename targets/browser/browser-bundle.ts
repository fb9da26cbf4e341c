// A bundle for web pages: an ES module that fetches the files beside it, and a page that shows it running.
import { bundleFiles } from '../bundle/bundle-files.ts';
import type { BundleContents, BundleFiles } from '../bundle/manifest.ts';

/** The files of the folder to put on a web server or to publish. */
export async function browserBundle(contents: BundleContents): Promise<BundleFiles> {
  const files = await bundleFiles(contents, 'browser');
  return files.set('index.html', PAGE).set('example.js', EXAMPLE);
}

/** Both files are the same for every model: what they show comes from the manifest, as text. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:">
<link rel="icon" href="data:,">
<title>Model</title>
<h1></h1>
<pre></pre>
<script type="module" src="./example.js"></script>
</html>
`;

const EXAMPLE = `// Loads the model and runs it once on zeros. Serve this folder and open index.html.
import { load } from './index.js';

const lines = [];
const show = (line) => {
  lines.push(line);
  document.querySelector('pre').textContent = lines.join('\\n');
};
const arrays = { float32: Float32Array, float64: Float64Array, float16: Uint16Array, bfloat16: Uint16Array, bool: Uint8Array,
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array };

try {
  const started = performance.now();
  const model = await load();
  document.querySelector('h1').textContent = document.title = model.name;
  show('loaded variant ' + model.variant + ' in ' + (performance.now() - started).toFixed(0) + ' ms');
  const inputs = {};
  for (const { name, dtype, shape } of model.inputs) {
    const size = shape.reduce((product, length) => product * (length ?? 1), 1);
    inputs[name] = dtype === 'string' ? new Array(size).fill('') : new arrays[dtype](size);
    show('input ' + name + ': ' + dtype + ' [' + shape.map((length) => length ?? 1).join(', ') + '] of ' + (dtype === 'string' ? 'empty strings' : 'zeros'));
  }
  const before = performance.now();
  const outputs = model.predict(inputs);
  show('predicted in ' + (performance.now() - before).toFixed(1) + ' ms');
  for (const [name, values] of Object.entries(outputs)) show('output ' + name + ': ' + values.slice(0, 8).join(', ') + (values.length > 8 ? ', ...' : ''));
} catch (error) {
  show(String(error));
}
`;
