/**
 * The two ways of a byte through the project, as lists of files: README and CONTRIBUTING are written from them, and
 * `ways.test.ts` follows them import by import.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { code } from './markdown.ts';
import { resolve } from './graph.ts';
import { ROOT, importsOf } from './sources.ts';

export interface Step {
  readonly file: string;
  /** What goes on to the next file. */
  readonly gives: string;
  /** What happens to the byte here. */
  readonly note: string;
  /**
   * The contract by which this file and one before it know each other, where neither imports the other: both import it.
   */
  readonly by?: string;
}

/** From the socket to the chat, on the psk wire. */
export const WAY_IN: readonly Step[] = [
  {
    file: 'server/wires/pump.ts',
    gives: 'wire bytes',
    note: 'moves bytes between a socket and its channel; client and server use the same',
  },
  {
    file: 'server/channel/psk/channel.ts',
    gives: 'records',
    note: 'cuts records from the bytes: the handshake first, then sealed ones',
    by: 'server/channel/contract.ts',
  },
  {
    file: 'server/channel/psk/record-layer.ts',
    gives: 'plain bytes',
    note: 'opens a record with the key and the nonce that its number gives',
  },
  {
    file: 'server/runtime/sockets/connection.ts',
    gives: 'plain bytes',
    note: 'one connection: its channel, its frames, its timeouts, its end',
  },
  { file: 'server/protocol/frame.ts', gives: 'payloads', note: 'a length, then a message in JSON' },
  {
    file: 'server/runtime/hub.ts',
    gives: 'messages',
    note: 'checks rate limits, asks the chat, and performs the effects that it returns',
  },
  {
    file: 'server/chat/core.ts',
    gives: 'effects',
    note: 'the chat, as a function from messages to effects',
  },
];

/** From the tap to the screen. */
export const WAY_OUT: readonly Step[] = [
  {
    file: 'inspector/tap/recorder.ts',
    gives: 'chunks and secrets',
    note: 'keeps what crossed a socket, as it came, up to a cap',
  },
  { file: 'server/web/tap-stream.ts', gives: 'JSON', note: 'sends it to the page over a WebSocket' },
  {
    file: 'inspector/app/reading/desk.ts',
    gives: 'events',
    note: 'takes it, in a worker of the page, into the dissection, a little at a time',
    by: 'inspector/dissect/page-stream.ts',
  },
  {
    file: 'inspector/dissect/index.ts',
    gives: 'flows',
    note: 'gives each flow its bytes and its secrets',
    by: 'inspector/dissect/model.ts',
  },
  { file: 'inspector/dissect/flow.ts', gives: 'bytes of one direction', note: 'one flow and its records' },
  {
    file: 'inspector/dissect/psk/psk.ts',
    gives: 'records with fields',
    note: 'opens records where the secret is known, and names every byte',
  },
  {
    file: 'inspector/app/components/PlainPane.vue',
    gives: 'what you see',
    note: 'shows what a record means',
    by: 'inspector/dissect/model.ts',
  },
];

export const MOST_FILES = 7;
export const MOST_LINES = 250;

/** What is wrong with a way; nothing if it can be followed. */
export function faultsOf(way: readonly Step[], read = readProjectFile): string[] {
  const faults = way.length > MOST_FILES ? [`${way.length} files, more than ${MOST_FILES}`] : [];
  way.forEach(({ file, by }, index) => {
    const text = read(file);
    if (text === undefined) return faults.push(`${file} does not exist`);
    const lines = text.trimEnd().split('\n').length;
    if (lines >= MOST_LINES) faults.push(`${file} has ${lines} lines, not under ${MOST_LINES}`);
    const before = way.slice(0, index).map((step) => step.file);
    if (index > 0 && !before.some((other) => areJoined(other, file, by, read)))
      faults.push(`${file} is not joined to any file before it`);
    return undefined;
  });
  return faults;
}

type Read = (file: string) => string | undefined;

/** One imports the other, or both import the contract. */
function areJoined(one: string, other: string, contract: string | undefined, read: Read): boolean {
  const [from, to] = [targetsOf(one, read), targetsOf(other, read)];
  if (from.has(other) || to.has(one)) return true;
  return contract !== undefined && from.has(contract) && to.has(contract);
}

function targetsOf(file: string, read: Read): Set<string | undefined> {
  const { imports } = JSON.parse(readProjectFile('package.json') ?? '{}') as {
    imports: Record<string, string>;
  };
  return new Set(importsOf(file, read(file) ?? '').map(({ specifier }) => resolve(file, specifier, imports)));
}

function readProjectFile(file: string): string | undefined {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The way as a numbered list. */
export function wayList(way: readonly Step[]): string {
  return way.map(({ file, note }, index) => `${index + 1}. ${code(file)}: ${note}.`).join('\n');
}

/** The way as a diagram in Mermaid, with what goes from file to file on the arrows. */
export function wayDiagram(start: string, way: readonly Step[]): string {
  const nodes = way.map(({ file }, index) => `  f${index}["${file}"]`);
  const arrows = way.slice(1).map((_, index) => `  f${index} -- ${way[index]?.gives} --> f${index + 1}`);
  const last = way.length - 1;
  const ends = [`  start(["${start}"]) --> f0`, `  f${last} --> stop(["${way[last]?.gives}"])`];
  return ['```mermaid', 'flowchart TD', ...nodes, ends[0], ...arrows, ends[1], '```'].join('\n');
}
