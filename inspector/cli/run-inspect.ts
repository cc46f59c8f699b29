/** Reads the file, dissects it, and prints it as far as anyone reads on. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pc from 'picocolors';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { CaptureError, type ReadCapture, readCapture, secretEvents } from '#dissect/pcapng-read';
import { parseSecretLine } from '#dissect/secrets';
import { nativeRecordCiphers } from './ciphers-native.ts';
import { recordObject } from './record-object.ts';
import { flowLine, recordLines } from './record-text.ts';

export interface InspectOptions {
  readonly json: boolean;
  /** A file of further secrets; `false` for what an eavesdropper sees, although the file holds secrets. */
  readonly keys?: string | false;
}

/** Throws `Error` with a sentence for the user when a file is missing, unreadable or not what it should be. */
export async function inspect(file: string, { json, keys }: InspectOptions): Promise<void> {
  const { events, warnings } = await captureFrom(file);
  for (const warning of warnings) process.stderr.write(`wireglass: ${file}: ${warning}\n`);
  const dissection = new Dissection({ keys: keys !== false, ciphers: nativeRecordCiphers });
  dissection.addAll(events);
  if (typeof keys === 'string') dissection.addAll(await secretsFrom(keys));
  await print(json ? jsonLines(dissection) : textLines(dissection));
}

async function captureFrom(file: string): Promise<ReadCapture> {
  const bytes = await contentOf(file);
  try {
    return readCapture(bytes);
  } catch (error) {
    if (error instanceof CaptureError) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function secretsFrom(file: string): Promise<TapEvent[]> {
  const events = secretEvents((await contentOf(file)).toString('utf8'), 0);
  if (events.some((event) => event.kind === 'secret' && parseSecretLine(event.line))) return events;
  throw new Error(`${file}: no line of a key log stands in it (LABEL <client random, hex> <secret, hex>)`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'it may not be read',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
};

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`${file}: ${REASONS[code] ?? message}`, { cause: error });
  }
}

function* jsonLines(dissection: Dissection): Generator<string> {
  for (const record of dissection.allRecords()) {
    yield `${JSON.stringify(recordObject(record, dissection.flow(record.flow)?.wire))}\n`;
  }
}

function* textLines(dissection: Dissection): Generator<string> {
  // Undefined, as it is when piped, would leave the choice to the library, which colours whatever a CI reads.
  const colors = pc.createColors(Boolean(process.stdout.isTTY) && pc.isColorSupported);
  const { flows } = dissection;
  if (flows.length === 0) yield 'No TCP connection stands in this file.\n';
  for (const flow of flows) yield `${flowLine(flow, colors)}\n`;
  const start = Math.min(...flows.map((flow) => flow.started));
  for (const record of dissection.allRecords()) yield `\n${recordLines(record, start, colors).join('\n')}\n`;
}

async function print(lines: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines), process.stdout, { end: false });
  } catch (error) {
    // The reader has seen enough (`| head`): that is no failure.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
