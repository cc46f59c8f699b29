/**
 * Grouped commits and ordered reads. While one commit is under way, the next messages gather; a read waits for its turn
 * in the same queue, so it sees exactly the commits that were requested before it.
 */
import type { LoadRequest, Loaded, NewMessage } from '#chat/effects';
import type { Store } from '#store/store';

export interface CommitTimes {
  /** Milliseconds that the commit took. */
  readonly took: number;
  /** When its first message came, on the scale of `performance.now()`. */
  readonly since: number;
}

export interface CommitterHandler {
  /** `repeated`: the numbers of the messages that had been stored before. */
  committed(batch: readonly NewMessage[], repeated: ReadonlySet<number>, times: CommitTimes): void;
  commitFailed(batch: readonly NewMessage[], error: unknown): void;
  loaded(request: LoadRequest, loaded: Loaded): void;
  loadFailed(request: LoadRequest, error: unknown): void;
}

/** Messages in one commit. It limits how long a read or a later message must wait. */
const BATCH_CAP = 4_096;

type Job =
  | { readonly kind: 'commit'; readonly batch: NewMessage[]; readonly since: number }
  | { readonly kind: 'load'; readonly request: LoadRequest }
  | { readonly kind: 'task'; readonly run: () => Promise<void> };

export class Committer {
  readonly #store: Store;
  readonly #handler: CommitterHandler;
  readonly #jobs: Job[] = [];
  #running: Promise<void> | undefined;

  constructor(store: Store, handler: CommitterHandler) {
    this.#store = store;
    this.#handler = handler;
  }

  commit(message: NewMessage): void {
    const last = this.#jobs.at(-1);
    if (last?.kind === 'commit' && last.batch.length < BATCH_CAP) last.batch.push(message);
    else this.#add({ kind: 'commit', batch: [message], since: performance.now() });
  }

  load(request: LoadRequest): void {
    this.#add({ kind: 'load', request });
  }

  /** Runs another task against the store when its turn comes. The task must not reject. */
  task(run: () => Promise<void>): void {
    this.#add({ kind: 'task', run });
  }

  /** Resolves when nothing is under way or waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #add(job: Job): void {
    this.#jobs.push(job);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // Waits one turn of the event loop, so that everything that arrived in this tick joins the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      const done = this.#do(job);
      // What needs no waiting happens in one tick, so that its frames leave together.
      if (done) await done;
    }
    this.#running = undefined;
  }

  #do(job: Job): Promise<void> | undefined {
    switch (job.kind) {
      case 'commit':
        return this.#commit(job.batch, job.since);
      case 'load':
        return this.#load(job.request);
      case 'task':
        return job.run();
    }
  }

  async #commit(batch: readonly NewMessage[], since: number): Promise<void> {
    const begin = performance.now();
    const stored = await this.#store.commit(batch).catch((error: unknown) => ({ error }));
    if ('error' in stored) this.#handler.commitFailed(batch, stored.error);
    else this.#handler.committed(batch, stored, { took: performance.now() - begin, since });
  }

  #load(request: LoadRequest): Promise<void> | undefined {
    const kept = this.#store.keptHistory(request.query);
    if (!kept) return this.#read(request);
    this.#handler.loaded(request, kept);
    return undefined;
  }

  async #read(request: LoadRequest): Promise<void> {
    const loaded = await this.#store.history(request.query).catch((error: unknown) => ({ error }));
    if ('error' in loaded) this.#handler.loadFailed(request, loaded.error);
    else this.#handler.loaded(request, loaded);
  }
}
