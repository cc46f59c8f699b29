/** The newest records of the server's log, for the console. Secrets have been removed from them before they come here. */
import { LOG_LEVELS, type LogLevel, type LogRecord } from '../operator/answers.ts';
import { CONSOLE } from './caps.ts';

export class LogRing {
  readonly #records: LogRecord[] = [];
  readonly #readers = new Set<(record: LogRecord) => void>();
  #number = 0;

  /** Takes a line of pino: one JSON object. */
  push(line: string): void {
    const record = recordOf(++this.#number, line);
    this.#records.push(record);
    // Cut in steps: taking away the first of an array for each record would move all others.
    if (this.#records.length >= 2 * CONSOLE.logRecords) this.#records.splice(0, CONSOLE.logRecords);
    for (const read of this.#readers) read(record);
  }

  /** The oldest first. */
  newest(): readonly LogRecord[] {
    return this.#records.slice(-CONSOLE.logRecords);
  }

  /** Calls `read` with each record from now on. Returns a function that ends this. */
  subscribe(read: (record: LogRecord) => void): () => void {
    this.#readers.add(read);
    return () => this.#readers.delete(read);
  }
}

function recordOf(number: number, line: string): LogRecord {
  const { time, level, msg, ...fields } = JSON.parse(line) as {
    readonly time: number;
    readonly level: number;
    readonly msg?: string;
  };
  const detail = Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
  const [message, rest] = [msg ?? '', detail].map((text) => text.slice(0, CONSOLE.logRecordLength));
  return { number, time, level: levelOf(level), message: message ?? '', detail: rest ?? '' };
}

/** Pino numbers its levels 10, 20 and so on. */
function levelOf(level: number): LogLevel {
  return LOG_LEVELS[Math.min(LOG_LEVELS.length, Math.max(1, Math.floor(level / 10))) - 1] as LogLevel;
}
