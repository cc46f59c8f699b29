/**
 * `npm run bench:page`: what a person feels of the inspector with 100,000 records, and while 2,000 a second come in. Prints the
 * tables and writes `docs/reference/performance-page.md`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { type Browser, type Page, chromium } from 'playwright-core';
import { flood, floodAt } from '../../support/servers/flood.ts';
import { UNBOUNDED_RATES, startServe } from '../../support/programs/program.ts';
import { findTool } from '../../support/programs/tools.ts';
import { type PageOutcome, barePictures, clearFilter, filterTime, longestKey, pictures } from './measure.ts';
import { pageReport } from './report.ts';

const PAGE = new URL('../../../docs/reference/performance-page.md', import.meta.url);
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const LISTENERS = 98;
/** Each message is a record from its sender, one to it, and one to each listener. */
const MESSAGES = 1_000;
const PER_SECOND = 20;
const LIVE_SECONDS = 12;
/** Milliseconds; the records come through a real server. */
const PATIENCE = 300_000;
const LOOK_EVERY = 50;

const { write } = new Command('bench:page')
  .option('--no-write', 'only print; leave the page as it is')
  .parse()
  .opts<{ write: boolean }>();

const run = promisify(execFile);
const data = await mkdtemp(join(tmpdir(), 'wireglass-bench-'));
const { program, ready } = await startServe(data, '--log', 'error', ...UNBOUNDED_RATES);
const browser = await chromium.launch({ executablePath: needed('chromium'), args: ARGS });
const outcome = await measured(browser);
const tshark = await tsharkTime();
await browser.close();
program.child.kill('SIGTERM');
await program.finished;
await rm(data, { recursive: true, force: true });
const page = pageReport({ ...outcome, tshark });
process.stdout.write(`\n${page}`);
if (write) await writeFile(PAGE, page);
process.exit(0);

async function measured(from: Browser): Promise<PageOutcome> {
  said(`${MESSAGES * (LISTENERS + 2)} records`);
  const crowd = await flood(ready, { wire: 'psk', messages: MESSAGES, listeners: LISTENERS });
  said('opening the page');
  const tab = await from.newPage({ viewport: { width: 1440, height: 900 } });
  const begun = performance.now();
  await tab.goto(new URL('/inspect#wires=psk', ready.url).href);
  const records = await allRead(tab, MESSAGES * (LISTENERS + 2));
  const opening = (performance.now() - begun) / 1000;
  said('scrolling');
  const list = await pictures(tab, '[data-testid=record-table]');
  const other = await from.newPage({ viewport: { width: 1440, height: 900 } });
  const bare = await barePictures(other);
  await other.close();
  said('filtering');
  await filterTime(tab, 'warming up', 0);
  // From its sender, and to each listener.
  const matches = LISTENERS + 1;
  const words = await filterTime(tab, 'flood 777', matches);
  await clearFilter(tab);
  const expression = await filterTime(tab, 'msg.text == "flood 777"', matches);
  await clearFilter(tab);
  said('keys, quiet');
  const quiet = await longestKey(tab);
  said(`keys, while ${PER_SECOND * (LISTENERS + 2)} records a second come in`);
  const live = floodAt(crowd, { perSecond: PER_SECOND, seconds: LIVE_SECONDS });
  const liveKey = await longestKey(tab);
  const rate = (await live) * (LISTENERS + 2);
  await crowd.close();
  return {
    records,
    opening,
    scrolling: { list, bare },
    filtering: { words, expression },
    rate,
    keys: { quiet, live: liveKey },
  };
}

/** Waits until the page has read at least so many records. */
async function allRead(tab: Page, expected: number): Promise<number> {
  // The number has this role once it no longer grows.
  const count = `Number((document.querySelector('.count[role=status]')?.textContent ?? '').replace(/\\D/g, ''))`;
  const end = performance.now() + PATIENCE;
  for (;;) {
    const records = await tab.evaluate<number>(count);
    if (records >= expected) return records;
    if (performance.now() > end) throw new Error(`the page has read ${records} records of ${expected}`);
    await wait(LOOK_EVERY);
  }
}

async function tsharkTime(): Promise<number> {
  said('tshark');
  const file = join(data, 'bench.pcapng');
  const response = await fetch(new URL('/api/capture', ready.url));
  await writeFile(file, new Uint8Array(await response.arrayBuffer()));
  const begun = performance.now();
  await run(needed('tshark'), [
    '-r',
    file,
    '-Y',
    'frame contains "flood 777"',
    '-T',
    'fields',
    '-e',
    'frame.number',
  ]);
  return (performance.now() - begun) / 1000;
}

function needed(name: 'tshark' | 'chromium'): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`the bench needs ${name}`);
  return path;
}

function said(line: string): void {
  process.stderr.write(`${line} …\n`);
}
