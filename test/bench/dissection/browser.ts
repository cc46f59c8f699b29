/** The dissection in Chromium: the same code, built as for the page, on the same capture file. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import type { BrowserOutcome } from './page/main.ts';

const PAGE = fileURLToPath(new URL('page', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** One outcome per round, each from a fresh tab. */
export async function inBrowser(
  file: string,
  executablePath: string,
  rounds: number,
): Promise<BrowserOutcome[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'wireglass-bench-page-'));
  await build({ root: PAGE, configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const site = await serve(outDir, file);
  const browser = await chromium.launch({ executablePath, args: ARGS });
  try {
    const outcomes: BrowserOutcome[] = [];
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction(`'measure' in globalThis`);
      outcomes.push(await page.evaluate<BrowserOutcome>('measure()'));
      await page.close();
    }
    return outcomes;
  } finally {
    await browser.close();
    site.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

async function serve(folder: string, capture: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '/');
    if (path === '/capture') return void createReadStream(capture).pipe(response);
    readFile(resolve(folder, `.${path}`)).then(
      (content) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.closeAllConnections(),
  };
}
