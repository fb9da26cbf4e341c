// A web server for what an example built.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface Site {
  readonly address: string;
  readonly server: Server;
}

/** Serves the files of several folders as if they were one; the first that has a file wins. */
export async function serveFolders(folders: readonly string[]): Promise<Site> {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const name = path.endsWith('/') ? `${path}index.html` : path;
    const content = await firstOf(folders.map((folder) => join(folder, name)));
    response.writeHead(content ? 200 : 404, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(content);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

async function firstOf(paths: readonly string[]): Promise<Buffer | null> {
  for (const path of paths) {
    const content = await readFile(path).catch(() => null);
    if (content) return content;
  }
  return null;
}
