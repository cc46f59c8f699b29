/** The inspector open in a browser for an hour while people talk: what memory its process has. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Ready, UNBOUNDED_RATES, startServe, targetOf } from '../support/programs/program.ts';
import { findTool } from '../support/programs/tools.ts';
import type { Puppet } from '../support/servers/server.ts';
import { machine, mib } from './figures.ts';
import { guest, hear } from './people.ts';
import type { Soak } from './soak.ts';

const PER_SECOND = 50;
/**
 * Bytes that the process of the page may have, with its worker and the code of the browser itself. What the tap holds at most is about a
 * third of it on the page; the rest is what the engine has not collected yet.
 */
const CAP = 1536 * 2 ** 20;
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const MINUTE = 60_000;

export const page: Soak = {
  name: 'page',
  shows: `the inspector stays under ${mib(CAP)} while ${PER_SECOND} messages a second are said`,
  amount: { rounds: 1, minutes: 60 },
  run: async ({ minutes }, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-page-'));
    const { program, ready } = await startServe(data, '--log', 'error', ...UNBOUNDED_RATES);
    const executablePath = findTool('chromium');
    if (executablePath === undefined) throw new Error('the soak needs Chromium');
    const browser = await chromium.launch({ executablePath, args: ARGS });
    try {
      return await watched(browser, ready, minutes, progress);
    } finally {
      await browser.close();
      program.child.kill('SIGTERM');
      await program.finished;
      await rm(data, { recursive: true, force: true });
    }
  },
};

async function watched(
  browser: Browser,
  ready: Ready,
  minutes: number,
  progress: (line: string) => void,
): Promise<string> {
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await tab.goto(new URL('/inspect', ready.url).href);
  await tab.getByTestId('connection').getByText('Live').first().waitFor();
  const people = [
    await guest(await targetOf(ready, 'tls'), 'ana'),
    await guest(await targetOf(ready, 'psk'), 'ben'),
  ];
  const end = new AbortController();
  const talking = talk(people as [Puppet, Puppet], end.signal);
  const lines: string[] = [];
  let most = 0;
  for (let minute = 0; minute <= minutes; minute++) {
    if (minute > 0) await Promise.race([wait(MINUTE), talking]);
    const memory = await memoryOf(browser);
    most = Math.max(most, memory);
    const line = `${minute} min: ${mib(memory)}, ${await listed(tab)}`;
    progress(line);
    if (minute % Math.max(1, Math.floor(minutes / 6)) === 0) lines.push(line);
    if (memory > CAP) throw new Error(`the page has ${mib(memory)} after ${minute} min\n${lines.join('\n')}`);
  }
  end.abort();
  const said = await talking;
  await Promise.all(people.map((person) => person.close()));
  return [`${said} messages, at most ${mib(most)} (${machine()})`, ...lines].join('\n');
}

/** In turn, at this pace; each hears the other. Resolves with the number of messages. */
async function talk(people: readonly [Puppet, Puppet], end: AbortSignal): Promise<number> {
  const begun = performance.now();
  let said = 0;
  while (!end.aborted) {
    const [speaker, listener] = said % 2 === 0 ? people : people.toReversed();
    speaker?.say({ type: 'say', text: `at the north gate, ${said}`, ref: String(said) });
    await Promise.all([hear(speaker, 'ack'), hear(listener, 'message')]);
    said++;
    const ahead = (said / PER_SECOND) * 1000 - (performance.now() - begun);
    if (ahead > 0) await wait(ahead);
  }
  return said;
}

/** Bytes of the processes in which pages run, each shared byte counted once in all. Linux only. */
async function memoryOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = renderers.map(async ({ id }) => {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) * 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** As the page itself says it. */
function listed(tab: Page): Promise<string> {
  return tab.locator('.count').first().innerText();
}
