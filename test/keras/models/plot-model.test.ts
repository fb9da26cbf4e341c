import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { clearSession, Input } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { Model, modelToDot, plotModel, Sequential } from '../../../compiler/keras/models/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerasc-plot-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(clearSession);

function branched(): Model {
  const input = Input({ shape: [4], name: 'x' });
  const left = new layers.Dense(3, { activation: 'relu', name: 'left' })(input);
  const right = new layers.Dense(3, { name: 'right', trainable: false })(input);
  return new Model({ inputs: input, outputs: new layers.Add({ name: 'sum' })([left, right]), name: 'branched' });
}

const edges = (dot: string): string[] => [...dot.matchAll(/(n\d+ -> n\d+)/g)].map(([edge]) => edge);
const labels = (dot: string): string[] => [...dot.matchAll(/<b>(.*?)<\/b>/g)].map(([, text]) => text as string);

describe('modelToDot', () => {
  it('draws a box for each operation and an edge for each connection', () => {
    const dot = modelToDot(branched());
    expect(labels(dot)).toEqual(['x', 'left', 'right', 'sum']);
    expect(edges(dot)).toEqual(['n0 -> n1', 'n0 -> n2', 'n1 -> n3', 'n2 -> n3']);
    expect(dot).toContain('splines=ortho');
  });

  it('tells shapes, dtypes, activations and what is trainable', () => {
    const dot = modelToDot(branched(), {
      showShapes: true,
      showDtype: true,
      showLayerActivations: true,
      showTrainable: true,
      showLayerNames: false,
    });
    expect(labels(dot).slice(0, 8)).toEqual(['InputLayer', '(None, 4)', 'float32', 'Dense', 'relu', '(None, 4)', '(None, 3)', 'float32']);
    expect(labels(dot)).toContain('Non-trainable');
    expect(labels(dot)).toContain('[(None, 3), (None, 3)]');
  });

  it('opens models in models, and connects to what stands in them', () => {
    const input = Input({ shape: [4] });
    const stack = new Sequential([Input({ shape: [3] }), new layers.Dense(2, { name: 'a' }), new layers.Dense(2, { name: 'b' })], {
      name: 'stack',
    });
    const model = new Model({ inputs: input, outputs: stack(branched()(input)) });
    expect(edges(modelToDot(model))).toEqual(['n0 -> n1', 'n1 -> n2']);
    const dot = modelToDot(model, { expandNested: true });
    expect(dot.match(/subgraph cluster_\d/g)).toHaveLength(2);
    expect(dot).toContain('label="stack"');
    expect(labels(dot)).toEqual(['input_layer', 'x', 'left', 'right', 'sum', 'a', 'b']);
    expect(edges(dot)).toEqual(['n1 -> n2', 'n1 -> n3', 'n2 -> n4', 'n3 -> n4', 'n5 -> n6', 'n0 -> n1', 'n4 -> n5']);
  });

  it('does not take names for markup', () => {
    const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1, { name: '<b>"&' })]);
    expect(modelToDot(model)).toContain('&lt;b&gt;&quot;&amp;');
  });

  it('draws a class with call as one box, and refuses a model that is not built', () => {
    class Own extends Model {
      override call(inputs: never): never {
        return inputs;
      }
    }
    const own = new Own();
    expect(() => modelToDot(own)).toThrow('has not yet been built');
    own.built = true;
    expect(labels(modelToDot(own))).toEqual(['own']);
  });
});

describe('plotModel', () => {
  it.each(['dot', 'svg', 'png'])('writes .%s', async (ending) => {
    const path = join(folder, `model.${ending}`);
    await plotModel(branched(), { toFile: path, showShapes: true, dpi: 72 });
    const bytes = readFileSync(path);
    const start = { dot: 'digraph', svg: '<?xml', png: '\u0089PNG' }[ending] as string;
    expect(bytes.subarray(0, start.length).toString('latin1')).toBe(start);
    if (ending === 'svg') expect(bytes.toString()).toContain('(None, 4)');
  });

  it('refuses other endings', async () => {
    await expect(plotModel(branched(), { toFile: 'model.gif' })).rejects.toThrow('.dot, .svg, .png');
  });
});
