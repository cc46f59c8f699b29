/** Starts the bench in front of a server, and hands it what is typed. */
import { once } from 'node:events';
import { clearLine, createInterface, cursorTo } from 'node:readline';
import { Bench } from '#attacks/bench/bench';
import { UnitReader } from '#attacks/bench/reader';
import { readAddresses } from '#data-folder/addresses';
import type { WireName } from '#protocol/messages';
import { printable } from '#protocol/shown';
import { wireByName } from '#protocol/wires';
import { nativeRecordCiphers } from '../ciphers-native.ts';
import { addKeyFile, addPskFile } from '../files/key-files.ts';
import { filterTest } from '../filter-option.ts';
import { Masking } from '../masking.ts';
import { terminalOf } from '../output/terminal.ts';
import { BenchDesk } from './bench-desk.ts';
import { eventLines } from './event-lines.ts';

export interface TapOptions {
  readonly wire: WireName;
  readonly to?: { readonly host: string; readonly port: number };
  readonly port: number;
  /** Display filter. */
  readonly break?: string;
  readonly keys?: readonly string[];
  readonly pskFile?: readonly string[];
  readonly showSecrets?: true;
  readonly data: string;
}

const PROMPT = 'tap> ';

/** Rejects with an `Error` for the user: no server, a server elsewhere, a filter or a key file that is none. */
export async function tap(options: TapOptions): Promise<void> {
  const { wire, port } = options;
  const reader = await readerFor(options);
  const { colors } = terminalOf(process.stdout);
  const masking = options.showSecrets ? undefined : new Masking();
  const bench = await Bench.between({
    target: await targetOf(options),
    layer: wireByName(wire).layers[0],
    port,
    look: reader,
    tell: (event) => say(eventLines(event, reader, { colors, masking })),
  });
  const input = createInterface({
    input: process.stdin,
    ...(process.stdout.isTTY && { output: process.stdout }),
    prompt: PROMPT,
  });
  const desk = new BenchDesk(bench, reader);
  const say = (lines: readonly string[]): void => shown(lines, () => input.prompt(true));
  const { address } = bench;
  say([
    `In front of the ${wire} wire. Clients connect to ${address.host}:${address.port}, for example:`,
    `  npx wireglass chat --wire ${wire} --port ${address.port}`,
    'help lists the commands.',
  ]);
  input.on('line', (line) => {
    const { lines, isOver } = desk.told(line);
    if (isOver) input.close();
    else say(lines);
  });
  input.on('SIGINT', () => input.close());
  await once(input, 'close');
  await bench.close();
  // A pipe that is still open would keep the program waiting.
  process.stdin.destroy();
}

/** Above the line that is being typed, where there is one. */
function shown(lines: readonly string[], prompt: () => void): void {
  if (process.stdout.isTTY) {
    cursorTo(process.stdout, 0);
    clearLine(process.stdout, 0);
  }
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (process.stdout.isTTY) prompt();
}

async function readerFor({ wire, keys = [], pskFile = [], break: filter }: TapOptions): Promise<UnitReader> {
  const reader = new UnitReader(wire, { ciphers: nativeRecordCiphers });
  if (filter !== undefined) reader.breakpoint = filterTest(filter, '--break');
  for (const file of keys) await addKeyFile(reader.dissection, file, warn);
  for (const file of pskFile) await addPskFile(reader.dissection, file, warn);
  return reader;
}

async function targetOf({ to, wire, data }: TapOptions): Promise<{ host: string; port: number }> {
  const found = to ?? (await readAddresses(data))?.wires[wire];
  if (!found)
    throw new Error(
      `no server runs on the data folder ${data}; start one with "npx wireglass", or name its address with --to`,
    );
  const { host, port } = found;
  // All of these lead to this machine by its loopback address.
  return { host: ['localhost', '0.0.0.0', '::', '::1'].includes(host) ? '127.0.0.1' : host, port };
}

function warn(text: string): void {
  process.stderr.write(`wireglass: ${printable(text)}\n`);
}
