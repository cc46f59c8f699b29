/** A capture file into a dissection, with its progress on a terminal. */
import { setImmediate } from 'node:timers/promises';
import { captureReader } from '#dissect/capture-reader';
import type { CaptureReport } from '#dissect/capture-report';
import type { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { CaptureError } from '#dissect/pcapng-read';
import { nameOf, openBytes } from './file-bytes.ts';
import { Progress } from './progress.ts';

/** Events taken in before the user's signals and the progress line get their turn. */
const SLICE = 2_000;

/**
 * Rejects with an `Error` that names the file when it cannot be read or is no capture. What is merely damaged is
 * told to `warn`; `found` hears, while the file is read, which flow has come further.
 */
export async function load(
  file: string,
  dissection: Dissection,
  warn: (text: string) => void,
  found: (flow: number) => void = () => {},
): Promise<CaptureReport> {
  const { chunks, total } = await openBytes(file);
  const progress = new Progress(process.stderr, nameOf(file), total);
  const interrupted = (): void => {
    progress.clear();
    // Once more without this listener: the shell shall see that it was the signal that ended us.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', interrupted);
  try {
    const report = await read(chunks, dissection, { progress, found });
    progress.clear();
    for (const warning of report.warnings) warn(`${nameOf(file)}: ${warning}`);
    return report;
  } catch (error) {
    if (error instanceof CaptureError) throw new Error(`${nameOf(file)}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupted);
    progress.clear();
  }
}

interface Watching {
  readonly progress: Progress;
  readonly found: (flow: number) => void;
}

async function read(
  chunks: AsyncIterable<Uint8Array>,
  dissection: Dissection,
  { progress, found }: Watching,
): Promise<CaptureReport> {
  let events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  const records = new Map<number, number>();
  const take = async (): Promise<void> => {
    const taken = events;
    events = [];
    for (let at = 0; at < taken.length; at += SLICE) {
      // The file's next chunk gives everyone a turn by itself.
      if (at > 0) await setImmediate();
      const changed = dissection.addAll(taken.slice(at, at + SLICE));
      for (const id of changed) {
        // Reads what has come, so that the work is done while the line moves.
        records.set(id, dissection.flow(id)?.records ?? 0);
        found(id);
      }
      progress.update(reader.progress.bytes, sum(records.values()));
    }
  };
  for await (const chunk of chunks) {
    reader.push(chunk);
    await take();
  }
  const report = reader.finish();
  await take();
  return report;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
