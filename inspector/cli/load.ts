/** A capture file into a dissection, with its progress on a terminal. */
import { setImmediate } from 'node:timers/promises';
import type { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { CaptureError, readCapture } from '#dissect/pcapng-read';
import { nameOf, openBytes } from './file-bytes.ts';
import { Progress } from './progress.ts';

export interface Loaded {
  /** Packets in the file, whatever they carry. */
  readonly packets: number;
  /** Segments that brought bytes, by flow. */
  readonly segments: ReadonlyMap<number, number>;
}

/** Events taken in before the signals of the user and the progress line get their turn. */
const SLICE = 2_000;

/**
 * Rejects with an `Error` that names the file when it cannot be read or is no capture. What is merely damaged is
 * told to `warn`.
 */
export async function load(
  file: string,
  dissection: Dissection,
  warn: (text: string) => void,
): Promise<Loaded> {
  const name = nameOf(file);
  const bytes = await openBytes(file, (text) => warn(`${name}: ${text}`));
  const progress = new Progress(process.stderr, name, bytes.total);
  const interrupted = (): void => {
    progress.clear();
    // Once more without this listener: the shell shall see that it was the signal that ended us.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', interrupted);
  try {
    return await read(name, bytes.chunks, dissection, warn, (records) =>
      progress.update(bytes.read(), records),
    );
  } finally {
    process.removeListener('SIGINT', interrupted);
    progress.clear();
  }
}

async function read(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  dissection: Dissection,
  warn: (text: string) => void,
  report: (records: number) => void,
): Promise<Loaded> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(chunk);
    report(0);
  }
  const { events, packets, warnings } = whole(name, parts);
  for (const warning of warnings) warn(`${name}: ${warning}`);
  const segments = new Map<number, number>();
  for (const event of events) {
    if (event.kind === 'chunk') segments.set(event.flow, (segments.get(event.flow) ?? 0) + 1);
  }
  await take(dissection, events, report);
  return { packets, segments };
}

function whole(name: string, parts: readonly Uint8Array[]): ReturnType<typeof readCapture> {
  try {
    return readCapture(Buffer.concat(parts));
  } catch (error) {
    if (error instanceof CaptureError) throw new Error(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function take(
  dissection: Dissection,
  events: readonly TapEvent[],
  report: (records: number) => void,
): Promise<void> {
  const records = new Map<number, number>();
  for (let at = 0; at < events.length; at += SLICE) {
    const changed = dissection.addAll(events.slice(at, at + SLICE));
    for (const id of changed) records.set(id, dissection.flow(id)?.records ?? 0);
    report([...records.values()].reduce((sum, n) => sum + n, 0));
    await setImmediate();
  }
}
