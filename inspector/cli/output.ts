/** Prints as far as anyone reads on. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const BATCH = 65_536;

/** Writes the lines, each with its line end, as they are made. Resolves when they are written or nobody wants more. */
export async function print(lines: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(batches(lines)), process.stdout, { end: false });
  } catch (error) {
    // The reader has seen enough (`| head`): that is no failure.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** One write for many lines: a write each would cost more than making them. */
function* batches(lines: Iterable<string>): Generator<string> {
  let batch = '';
  for (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}
