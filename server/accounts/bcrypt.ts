/**
 * bcrypt on threads of its own. The asynchronous functions of the package compute on the threads that the database
 * and the file system use, at the priority of the chat; these threads neither block those nor slow the chat down.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Leaves a core for the chat. */
export const THREADS = Math.min(2, Math.max(1, availableParallelism() - 1));

/** Resolved by its name in package.json, because the built program is in another folder. */
const THREAD = createRequire(import.meta.url).resolve('#bcrypt-thread');

type Job =
  { readonly password: string; readonly cost: number } | { readonly password: string; readonly hash: string };

interface Answer {
  readonly job: number;
  readonly output: { readonly value: string | boolean } | { readonly error: string };
}

interface Waiting {
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** `cost` is the number of rounds as a power of two. */
export function hash(password: string, cost: number): Promise<string> {
  return idlest().run({ password, cost }) as Promise<string>;
}

/** Also false if `against` is not a bcrypt hash. */
export function compare(password: string, against: string): Promise<boolean> {
  return idlest().run({ password, hash: against }) as Promise<boolean>;
}

class Thread {
  readonly #worker = new Worker(THREAD, { execArgv: [] });
  readonly #waiting = new Map<number, Waiting>();
  #jobs = 0;

  constructor() {
    this.#worker.on('message', ({ job, output }: Answer) => {
      const waiting = this.#waiting.get(job);
      this.#waiting.delete(job);
      if (this.#waiting.size === 0) this.#worker.unref();
      if ('value' in output) waiting?.resolve(output.value);
      else waiting?.reject(new Error(output.error));
    });
    this.#worker.on('error', (error) => this.#lost(error));
    this.#worker.unref();
  }

  get load(): number {
    return this.#waiting.size;
  }

  run(job: Job): Promise<string | boolean> {
    const number = (this.#jobs += 1);
    // The process must not end while a job is awaited, nor be kept alive by an idle thread.
    this.#worker.ref();
    this.#worker.postMessage({ job: number, ...job });
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
  }

  #lost(error: unknown): void {
    threads.splice(threads.indexOf(this), 1);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Started when they are needed, and shared by all servers of the process, because they share its cores. */
const threads: Thread[] = [];

function idlest(): Thread {
  const idle = threads.find(({ load }) => load === 0);
  if (idle) return idle;
  if (threads.length < THREADS) {
    const thread = new Thread();
    threads.push(thread);
    return thread;
  }
  return threads.reduce((least, thread) => (thread.load < least.load ? thread : least));
}
