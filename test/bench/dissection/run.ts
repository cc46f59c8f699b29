/**
 * `npm run bench:dissection`: how fast captured bytes become explained records, compared with tshark on the same file.
 * Prints the tables and writes `docs/reference/performance-dissection.md`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ensureCertificates } from '#certs/ensure';
import { writePcapng } from '#dissect/capture/write';
import { findTool } from '../../support/programs/tools.ts';
import { inBrowser } from './browser.ts';
import type { DissectionOrder, DissectionOutcome } from './measure.ts';
import { type DissectionFigures, dissectionReport } from './report.ts';
import { tlsTraffic } from './traffic.ts';
import { versus } from './versus.ts';

const PAGE = new URL('../../../docs/reference/performance-dissection.md', import.meta.url);
const FILE_PAYLOAD = 46_000_000;
const SUITE = 'TLS_AES_256_GCM_SHA384';

const { rounds, write } = new Command('bench:dissection')
  .option('--rounds <n>', 'how often the capture file is opened', Number, 3)
  .option('--no-write', 'only print; leave the page as it is')
  .parse()
  .opts<{ rounds: number; write: boolean }>();

const folder = await mkdtemp(join(tmpdir(), 'wireglass-bench-'));
const file = join(folder, 'talk.pcapng');
const page = dissectionReport(await figures());
await rm(folder, { recursive: true, force: true });
process.stdout.write(`\n${page}`);
if (write) await writeFile(PAGE, page);
process.exit(0);

async function figures(): Promise<DissectionFigures> {
  said('recording a capture of 50 MB');
  const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
  await writeFile(file, writePcapng(await tlsTraffic(credentials, SUITE, FILE_PAYLOAD)));
  const tshark = needed('tshark');
  const browser = needed('chromium');
  const wires: DissectionFigures['wires'] = [];
  for (const wire of ['plain', 'psk', 'tls'] as const) {
    for (const ciphers of ['native', 'pure'] as const) {
      if (wire === 'plain' && ciphers === 'pure') continue;
      said(`${wire}, ${ciphers} ciphers`);
      wires.push({ wire, ciphers, ...(await measured({ wire, ciphers, bytes: 20_000_000 })) });
    }
  }
  said('100,000 records');
  const many = await measured({ wire: 'psk', ciphers: 'native', bytes: 0, records: 99_990 });
  said('the capture file, by this project and by tshark in turn');
  const sides = await versus(file, tshark, rounds);
  said('the capture file in Chromium');
  const inTab = await inBrowser(file, browser, rounds);
  return { rounds, suite: SUITE, fileBytes: (await stat(file)).size, wires, many, sides, inTab };
}

async function measured(order: DissectionOrder): Promise<DissectionOutcome> {
  const path = fileURLToPath(new URL('./measure.ts', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(order));
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as DissectionOutcome;
}

function needed(name: 'tshark' | 'chromium'): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`the bench needs ${name}`);
  return path;
}

function said(line: string): void {
  process.stderr.write(`${line} …\n`);
}
