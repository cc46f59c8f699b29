/** The first reading of a capture file, into a dissection. */
import { setImmediate } from 'node:timers/promises';
import { captureReader } from '#dissect/capture/reader';
import type { CaptureReport } from '#dissect/capture/report';
import type { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { CaptureError } from '#dissect/capture/read';
import { type FileBytes, nameOf } from './file-bytes.ts';
import type { Watch } from '../output/progress.ts';

/** Events to process before signals and the progress line get their turn. */
const SLICE = 2_000;

export interface Watching {
  readonly warn: (text: string) => void;
  /** Called, while the file is read, with each flow that has new records; it takes them. */
  readonly found: (flow: number) => void;
  readonly progress: Watch;
}

/**
 * Rejects with an `Error` that names the file when it cannot be read or is not a capture. Damage is reported to `warn`.
 */
export async function load(
  file: string,
  { chunks }: Pick<FileBytes, 'chunks'>,
  dissection: Dissection,
  { warn, found, progress }: Watching,
): Promise<CaptureReport> {
  const interrupted = (): void => {
    progress.clear();
    // Send the signal again without this listener, so that the shell sees that it ended the program.
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

async function read(
  chunks: AsyncIterable<Uint8Array>,
  dissection: Dissection,
  { progress, found }: Omit<Watching, 'warn'>,
): Promise<CaptureReport> {
  let events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  const take = async (): Promise<void> => {
    const taken = events;
    events = [];
    for (let at = 0; at < taken.length; at += SLICE) {
      // Waiting for the file's next chunk already gives others a turn.
      if (at > 0) await setImmediate();
      // The records are read here, so that the progress line moves while the work is done.
      for (const id of dissection.addAll(taken.slice(at, at + SLICE))) found(id);
      progress.update(reader.progress.bytes, reader.progress.packets);
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
