/**
 * bcrypt on threads of its own. The asynchronous functions of the package compute on the threads that the database
 * and the file system use, at the priority of the chat; these threads neither block those nor slow the chat down.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';

/** Leaves a core for the chat. */
export const THREADS = Math.min(2, Math.max(1, availableParallelism() - 1));

/** Milliseconds after which a thread without work ends, and gives back its memory. */
const IDLE_MS = 60_000;

/** Resolved by its name in package.json, because the built program is in another folder. */
const THREAD = createRequire(import.meta.url).resolve('#bcrypt-thread');

export type Job =
  { readonly password: string; readonly cost: number } | { readonly password: string; readonly hash: string };

/** `cost` is the number of rounds as a power of two. */
export function hash(password: string, cost: number): Promise<string> {
  return run({ password, cost }) as Promise<string>;
}

/** Also false if `against` is not a bcrypt hash. */
export function compare(password: string, against: string): Promise<boolean> {
  return run({ password, hash: against }) as Promise<boolean>;
}

/** Shared by all servers of the process, because they share its cores. Loaded with the first password. */
let pool: Promise<Piscina<Job, string | boolean>> | undefined;

async function run(job: Job): Promise<string | boolean> {
  pool ??= startPool();
  return (await pool).run(job);
}

async function startPool(): Promise<Piscina<Job, string | boolean>> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: THREAD,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    execArgv: [],
    recordTiming: false,
  });
}
