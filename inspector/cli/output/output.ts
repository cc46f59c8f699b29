/** Prints lines, until they end or nobody reads them any more. */
import { ByteWriter } from './byte-writer.ts';
import { JsonBytes } from './json-bytes.ts';

/** Bytes written at once: one write per line would cost more than making the lines. */
const BATCH = 256 * 1024;
const LINE_END = 0x0a;

/**
 * Writes the lines as they are made. Resolves when all are written or the reader has closed the pipe. `before` is
 * called before each write.
 */
export async function print(lines: Iterable<string>, before?: () => void): Promise<void> {
  const out = new ByteWriter(2 * BATCH);
  await printed(lines, { out, before, write: (line) => out.text(line) });
}

/** The same with one object per line. A `Uint8Array` is written in hex. */
export async function printJson(objects: Iterable<object>, before?: () => void): Promise<void> {
  const out = new ByteWriter(2 * BATCH);
  const json = new JsonBytes(out);
  await printed(objects, { out, before, write: (object) => json.write(object) });
}

interface Printing<T> {
  readonly out: ByteWriter;
  readonly before: (() => void) | undefined;
  readonly write: (item: T) => void;
}

async function printed<T>(items: Iterable<T>, { out, before, write }: Printing<T>): Promise<void> {
  const flush = (): Promise<void> => {
    before?.();
    return toStdout(out.taken());
  };
  try {
    for (const item of items) {
      write(item);
      out.byte(LINE_END);
      if (out.length >= BATCH) await flush();
    }
    if (out.length > 0) await flush();
  } catch (error) {
    // The reader has closed the pipe (`| head`), which is not a failure.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** Resolves when the bytes are no longer needed. */
function toStdout(bytes: Uint8Array): Promise<void> {
  const { stdout } = process;
  // Errors also go to the callback; but without a listener, the event would end the process.
  if (!stdout.listeners('error').includes(ignore)) stdout.on('error', ignore);
  return new Promise((resolve, reject) => {
    stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function ignore(): void {}
