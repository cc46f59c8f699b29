/** Firefox without a window. It speaks WebDriver BiDi by itself. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import type { Index } from 'selenium-webdriver/bidi/index.js';
import type { Driven } from './hands.ts';

// A module of the older kind: it is the class itself, which its types give a name.
const Bidi = createRequire(import.meta.url)('selenium-webdriver/bidi/index.js') as typeof Index;

/** As a person who asks for less motion. */
const PREFERENCES = 'user_pref("ui.prefersReducedMotion", 1);\n';

/** Answers of WebDriver BiDi, as far as they are used. */
interface Answer {
  readonly type: string;
  readonly message?: string;
  readonly result: {
    readonly contexts: readonly [{ readonly context: string }];
    readonly data: string;
    readonly type: string;
    readonly result: { readonly value: string };
    readonly exceptionDetails: { readonly text: string };
  };
}

interface LogEntry {
  readonly method?: string;
  readonly params: { readonly level: string; readonly text: string | null };
}

export async function startFirefox(path: string): Promise<Driven> {
  const profile = await mkdtemp(join(tmpdir(), 'wireglass-firefox-'));
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const child = spawn(path, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0']);
  const ended = once(child, 'close');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(profile, { recursive: true });
  };
  try {
    return await connect(await addressOf(child), close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where it says that it listens. */
async function addressOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  child.stdout.resume();
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    const address = /listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stderr.resume();
      return `${address}/session`;
    }
    said.push(line);
  }
  throw new Error(`Firefox ended without listening: ${said.join('\n')}`);
}

async function connect(address: string, stop: () => Promise<void>): Promise<Driven> {
  const bidi = new Bidi(address);
  const send = async (method: string, params: Record<string, unknown>): Promise<Answer['result']> => {
    const { type, message, result } = (await bidi.send({ method, params })) as Answer;
    if (type === 'error') throw new Error(`${method}: ${message}`);
    return result;
  };
  const complaints = noteComplaints(bidi);
  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const [{ context }] = (await send('browsingContext.getTree', {})).contexts;
  return {
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(expression) {
      const params = { expression, target: { context }, awaitPromise: false };
      const { type, result, exceptionDetails } = await send('script.evaluate', params);
      if (type === 'exception') throw new Error(exceptionDetails.text);
      return result.value;
    },
    async act(actions) {
      await send('input.performActions', { context, actions });
    },
    async resize(width, height) {
      await send('browsingContext.setViewport', { context, viewport: { width, height } });
    },
    async screenshot() {
      return Buffer.from((await send('browsingContext.captureScreenshot', { context })).data, 'base64');
    },
    complaints: () => Promise.resolve(complaints),
    async close() {
      await bidi.close();
      await stop();
    },
  };
}

function noteComplaints(bidi: Index): readonly string[] {
  const complaints: string[] = [];
  bidi.socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as LogEntry;
    if (method === 'log.entryAdded' && ['error', 'warn'].includes(params.level))
      complaints.push(params.text ?? 'an error without a text');
  });
  return complaints;
}
