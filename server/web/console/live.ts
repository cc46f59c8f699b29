/** `/api/operator/live`: samples and log records for the open consoles, with those of the last minutes at the start. */
import type { ChatServer } from '#runtime/server';
import type { LiveMessage, LogRecord, Sample } from '../operator/answers.ts';
import type { PageSocket } from '../page-socket.ts';
import { CONSOLE } from './caps.ts';
import type { LogRing } from './log-ring.ts';
import type { Sampler } from './sampler.ts';
import type { ConsoleSessions, Session } from './sessions.ts';

const SECOND = 1_000;

export interface LiveOptions {
  readonly server: ChatServer;
  readonly sampler: Sampler;
  readonly log: LogRing;
  readonly sessions: ConsoleSessions;
}

type Page = PageSocket<LiveMessage>;

/** A console, and how many log records it has missed. */
interface Reader {
  readonly page: Page;
  missed: number;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #samples: Sample[] = [];
  readonly #readers = new Set<Reader>();
  #gathered: LogRecord[] = [];
  #sending: NodeJS.Timeout | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Measures every second. Returns a function that ends this. */
  start(): () => void {
    const { log, sampler } = this.#options;
    const timer = setInterval(() => this.#measure(), SECOND).unref();
    const stopLog = log.subscribe((record) => this.#gather(record));
    return () => {
      clearInterval(timer);
      clearTimeout(this.#sending);
      stopLog();
      sampler.end();
    };
  }

  /** Streams to a console until the returned function is called, or until its session ends. */
  attach(page: Page, session: Session): () => void {
    if (this.#readers.size >= CONSOLE.streams) {
      page.fail('too_many_pages', 'too many consoles are open; close one of them');
      return () => undefined;
    }
    const { log, sessions } = this.#options;
    const reader: Reader = { page, missed: 0 };
    page.send({ type: 'ready', time: Date.now(), samples: this.#samples, log: log.newest() });
    // What has gathered is in the first text already.
    this.#flush();
    this.#readers.add(reader);
    const unwatch = sessions.watch(session, () =>
      page.fail('console_session_over', 'this session of the console has ended'),
    );
    return () => {
      unwatch();
      this.#readers.delete(reader);
    };
  }

  #measure(): void {
    const { server, sampler, sessions } = this.#options;
    sessions.sweep();
    const sample = sampler.take(server);
    this.#samples.push(sample);
    if (this.#samples.length > CONSOLE.samples) this.#samples.shift();
    for (const { page } of this.#readers) {
      if (page.backlog < CONSOLE.highWater) page.send({ type: 'sample', sample });
    }
  }

  #gather(record: LogRecord): void {
    if (this.#readers.size === 0) return;
    this.#gathered.push(record);
    this.#sending ??= setTimeout(() => this.#flush(), CONSOLE.logDelay).unref();
  }

  /** Sends the newest of what has gathered; a page that does not read gets none of it, and is told how many it missed. */
  #flush(): void {
    clearTimeout(this.#sending);
    this.#sending = undefined;
    const gathered = this.#gathered;
    this.#gathered = [];
    if (gathered.length === 0) return;
    const records = gathered.slice(-CONSOLE.logBatch);
    for (const reader of this.#readers) {
      if (reader.page.backlog >= CONSOLE.highWater) {
        reader.missed += gathered.length;
        continue;
      }
      const missed = reader.missed + gathered.length - records.length;
      reader.page.send({ type: 'log', records, missed });
      reader.missed = 0;
    }
  }
}
