// `keras.export.ExportArchive`: one or more models as bundles in a folder.
import { join } from 'node:path';
import { ValueError } from '../errors/index.ts';
import type { Model } from '../keras/models/index.ts';
import { type BuildOptions, build } from './build.ts';
import type { BuildReport } from './report.ts';

/** What `writeOut` takes for all endpoints; an endpoint may bring its own shapes and batch. */
export type WriteOutOptions = Omit<BuildOptions, 'outDir'>;
export type EndpointOptions = Partial<Omit<BuildOptions, 'outDir' | 'target'>>;

interface Endpoint {
  readonly model: Model;
  readonly options: EndpointOptions;
}

/**
 * Collects endpoints, each a model (or a part of one, as a model of inner tensors), and writes a verified bundle for each.
 * Keras writes SavedModels of TensorFlow; a bundle runs without any framework.
 *
 * @example
 * const archive = new ExportArchive();
 * archive.trackAndAddEndpoint('serve', model);
 * archive.trackAndAddEndpoint('embed', new Model({ inputs: model.inputs, outputs: model.getLayer('pooled').output }));
 * await archive.writeOut('dist', { target: 'browser' });
 */
export class ExportArchive {
  readonly #tracked = new Set<Model>();
  readonly #endpoints = new Map<string, Endpoint>();

  /** Lets a model take part in endpoints. It has to be built. */
  track(model: Model): void {
    if (!model.built) {
      throw new ValueError('The layer provided has not yet been built. It must be built before export.', {
        code: 'not-built',
        where: `model '${model.name}'`,
      });
    }
    this.#tracked.add(model);
  }

  /** Adds an endpoint: its name is that of the bundle's folder. */
  addEndpoint(name: string, model: Model, options: EndpointOptions = {}): void {
    if (this.#endpoints.has(name)) throw new ValueError(`Endpoint name '${name}' is already taken.`, { code: 'export-endpoint' });
    if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
      throw new ValueError(`The name of an endpoint becomes that of a folder. Received: '${name}'`, { code: 'export-endpoint' });
    }
    if (!this.#tracked.has(model)) {
      throw new ValueError(`The model '${model.name}' of endpoint '${name}' is not tracked.`, {
        code: 'export-endpoint',
        cure: 'Call archive.track(model) first, or archive.trackAndAddEndpoint(name, model).',
      });
    }
    this.#endpoints.set(name, { model, options });
  }

  /** `track` and `addEndpoint`. */
  trackAndAddEndpoint(name: string, model: Model, options: EndpointOptions = {}): void {
    this.track(model);
    this.addEndpoint(name, model, options);
  }

  /** Builds `folder/NAME` for each endpoint. */
  async writeOut(folder: string, options: WriteOutOptions): Promise<Readonly<Record<string, BuildReport>>> {
    if (this.#endpoints.size === 0) {
      throw new ValueError('No endpoints have been set yet. Call addEndpoint().', { code: 'export-endpoint' });
    }
    const reports: Record<string, BuildReport> = {};
    for (const [name, { model, options: own }] of this.#endpoints) {
      reports[name] = await build(model, { ...options, ...own, outDir: join(folder, name) });
    }
    return reports;
  }
}
