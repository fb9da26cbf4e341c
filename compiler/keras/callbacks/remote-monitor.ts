// Sends what every epoch reported to a server.
import { Callback, type Logs } from './callback.ts';

export interface RemoteMonitorOptions {
  /** Default `http://localhost:9000`. */
  readonly root?: string;
  /** Default `/publish/epoch/end/`. */
  readonly path?: string;
  /** The form field that holds the JSON. Default `data`. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Whether the body is JSON, and not a form. Default false. */
  readonly sendAsJson?: boolean;
}

/**
 * Sends what every epoch reported to a server, by POST.
 *
 * @example new callbacks.RemoteMonitor({ root: 'http://localhost:9000' })
 */
export class RemoteMonitor extends Callback {
  readonly #url: string;
  readonly #field: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sendAsJson: boolean;

  constructor(options: RemoteMonitorOptions = {}) {
    super();
    const { root = 'http://localhost:9000', path = '/publish/epoch/end/', field = 'data', headers, sendAsJson = false } = options;
    this.#url = root + path;
    this.#field = field;
    this.#headers = headers ?? {};
    this.#sendAsJson = sendAsJson;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const json = JSON.stringify({ epoch, ...logs });
    const body = this.#sendAsJson ? json : new URLSearchParams({ [this.#field]: json });
    const type: Record<string, string> = this.#sendAsJson ? { 'content-type': 'application/json' } : {};
    try {
      await fetch(this.#url, { method: 'POST', body, headers: { ...type, ...this.#headers } });
    } catch {
      console.warn(`Could not reach RemoteMonitor root server at ${this.#url}`);
    }
  }
}
