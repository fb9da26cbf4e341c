// Pictures of models: DOT through Graphviz, both packages that are installed by who wants them.
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { UnsupportedError, ValueError } from '../../errors/index.ts';
import type { Model } from './model.ts';
import { type ModelToDotOptions, modelToDot } from './model-to-dot.ts';

export interface PlotModelOptions extends Omit<ModelToDotOptions, 'subgraph'> {
  /** Ends in `.svg`, `.png` or `.dot`. Default `model.svg`. */
  readonly toFile?: string | undefined;
}

/**
 * Draws the model and writes the picture. SVG needs the package `@hpcc-js/wasm-graphviz`, PNG `@resvg/resvg-js` too.
 *
 * @example await utils.plotModel(model, { toFile: 'model.svg', showShapes: true });
 */
export async function plotModel(model: Model, options: PlotModelOptions = {}): Promise<void> {
  const { toFile = 'model.svg', ...rest } = options;
  const render = RENDERERS[extname(toFile)];
  if (!render) {
    throw new ValueError(`A picture of a model is written as ${Object.keys(RENDERERS).join(', ')}. Received: toFile=${toFile}`, {
      code: 'plot-model',
    });
  }
  await writeFile(toFile, await render(modelToDot(model, { ...rest, showLayerNames: rest.showLayerNames ?? false })));
}

const RENDERERS: Readonly<Record<string, (dot: string) => string | Promise<string | Uint8Array>>> = {
  '.dot': (dot) => dot,
  '.svg': renderSvg,
  '.png': renderPng,
};

async function renderSvg(dot: string): Promise<string> {
  const { Graphviz } = await optional('@hpcc-js/wasm-graphviz', () => import('@hpcc-js/wasm-graphviz'));
  const graphviz = await Graphviz.load();
  return graphviz.dot(dot, 'svg');
}

async function renderPng(dot: string): Promise<Uint8Array> {
  const { Resvg } = await optional('@resvg/resvg-js', () => import('@resvg/resvg-js'));
  const drawn = new Resvg(await renderSvg(dot), { background: 'white', font: { loadSystemFonts: true } });
  return drawn.render().asPng();
}

/** A package that kerasc does not bring along. */
async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new UnsupportedError(`plotModel needs the package ${name}, which is not installed.`, {
      code: 'optional-package',
      cure: `npm install ${name}`,
      cause,
    });
  }
}
