/** A plain web server for the files of a folder, below a base: what any static host does, without a header of its own. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface StaticHost {
  /** Ends with the base. */
  readonly url: string;
  close(): Promise<void>;
}

/** `base` begins and ends with a slash. */
export async function startStaticHost(folder: string, base: string): Promise<StaticHost> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://static.invalid');
    const path = normalize(decodeURIComponent(pathname.slice(base.length)));
    const name = path === '.' || path.endsWith('/') ? join(path, 'index.html') : path;
    const isInside = pathname.startsWith(base) && !name.startsWith('..');
    const reading = isInside ? readFile(join(folder, name)) : Promise.reject(new Error('not below the base'));
    reading.then(
      (body) => {
        response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' });
        response.end(body);
      },
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end('not found'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
