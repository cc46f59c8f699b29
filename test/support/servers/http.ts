/** The web server by itself, asked over HTTP. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { Recorder } from '#tap/recorder';
import { type Web, type WebOptions, startWeb } from '#web/web';

export const TOKEN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const PAGE = '<!doctype html><title>Wireglass</title>';

export let staticDir: string;
export let recorder: Recorder;
const started: Web[] = [];

/** Gives each test of the file a folder of pages and a recorder, and ends what it started. */
export function useWeb(): void {
  beforeEach(() => {
    staticDir = mkdtempSync(join(tmpdir(), 'wireglass-web-'));
    mkdirSync(join(staticDir, 'assets'));
    writeFileSync(join(staticDir, 'index.html'), PAGE);
    writeFileSync(join(staticDir, 'assets', 'index-4f2a.js'), 'export {};');
    writeFileSync(join(staticDir, '.env'), 'SECRET=1');
    recorder = new Recorder();
  });
  afterEach(async () => {
    for (const web of started.splice(0)) await web.close();
    rmSync(staticDir, { recursive: true, force: true });
  });
}

export const start = async (options: Partial<WebOptions> = {}): Promise<Web> => {
  const web = await startWeb({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    staticDir,
    docsDir: join(staticDir, 'docs'),
    version: '1.2.3',
    wires: [{ wire: 'plain', host: '127.0.0.1', port: 5555, tapped: true }],
    recorder,
    relay: { ca: '', keys: [] },
    log: pino({ enabled: false }),
    ...options,
  });
  started.push(web);
  return web;
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => unknown;
}

export const ask = (web: Web, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { port } = web.address;
    const asking = request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts);
        const json = (): unknown => JSON.parse(body.toString());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json });
      });
      response.on('error', reject);
    });
    asking.on('error', reject).end();
  });
