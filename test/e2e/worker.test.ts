/** The dissection off the main thread: in a worker of Node and in one of the browser it gives what it gives here. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Rolldown, build } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { type StreamedEvent, toStreamed } from '#dissect/page-stream';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { describeWith } from '../support/programs/needs.ts';
import { pskConversation } from '../support/flows/psk-conversation.ts';
import { tlsConversation } from '../support/flows/tls-conversation.ts';
import { launch } from './visit.ts';
import { dissectAll } from './worker/dissect.ts';

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'off the main thread' }));
const SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'];

let events: StreamedEvent[];
let here: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-worker-'));
  const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
  const script = [{ dir: 'c2s', bytes: SAY }] as const;
  const all = [pskConversation({ c2s: [SAY], s2c: [] })];
  for (const suite of SUITES) {
    const id = all.length + 1;
    const tls = await tlsConversation(credentials, { version: 'TLSv1.3', suite }, script);
    all.push(tls.map((event) => (event.kind === 'secret' ? event : { ...event, flow: id })));
  }
  events = all.flat().map(toStreamed);
  here = dissectAll(events);
  await rm(folder, { recursive: true });
});

it('is complete: every flow is opened, down to what was said', () => {
  expect(here.split('"value":"off the main thread"')).toHaveLength(4);
});

it('runs in a worker of Node', async () => {
  const worker = new Worker(new URL('./worker/node-start.js', import.meta.url), { workerData: events });
  const [answer] = (await once(worker, 'message')) as [{ text: string; isMainThread: boolean }];
  await worker.terminate();
  expect(answer).toEqual({ text: here, isMainThread: false });
});

describeWith(['chromium'], 'in a browser', ({ chromium: executablePath }) => {
  it('runs in a worker, from a bundle that holds nothing else', async () => {
    const code = await bundled(fileURLToPath(new URL('./worker/browser.ts', import.meta.url)));
    const browser = await launch(executablePath);
    try {
      const page = await browser.newPage();
      const asked = `new Promise((answered, failed) => {
        const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(code)}])));
        worker.onmessage = ({ data }) => answered(data);
        worker.onerror = ({ message }) => failed(new Error(message));
        worker.postMessage(${JSON.stringify(events)});
      })`;
      expect(await page.evaluate(asked)).toEqual({ text: here, hasDocument: false });
    } finally {
      await browser.close();
    }
  }, 60_000);
});

/** One script with everything that `entry` imports. */
async function bundled(entry: string): Promise<string> {
  const lib = { entry, formats: ['iife' as const], name: 'worker' };
  const made = await build({ configFile: false, logLevel: 'error', build: { write: false, lib } });
  const outputs = (Array.isArray(made) ? made : [made]) as Rolldown.RolldownOutput[];
  const chunks = outputs.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
  expect(chunks).toHaveLength(1);
  return (chunks[0] as Rolldown.OutputChunk).code;
}
