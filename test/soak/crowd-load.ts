/**
 * Part of a crowd, in a process of its own: gets a `CrowdOrder` from its parent, answers with a `CrowdReport` when
 * everyone has gone. Any other error than a refusal ends the process.
 */
import { type CrowdTarget, Walker, drawing } from './walker.ts';

export interface CrowdOrder {
  /** Which part of the crowd this is: keeps names apart. */
  readonly part: number;
  readonly clients: number;
  readonly seconds: number;
  /** Names of accounts; each is one client. */
  readonly accounts: readonly string[];
  readonly targets: readonly CrowdTarget[];
}

export interface CrowdReport {
  /** How often each thing was done. */
  readonly done: Readonly<Record<string, number>>;
  /** What was refused and should not have been. */
  readonly odd: readonly string[];
}

/** Connections being made at a time. */
const AT_ONCE = 10;
/** What all of them together do in a second, so that one machine can be a crowd of any size. */
const ACTS_PER_SECOND = 80;

process.once('message', (order: CrowdOrder) => {
  void run(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());

async function run({ part, clients, seconds, accounts, targets }: CrowdOrder): Promise<CrowdReport> {
  const done: Record<string, number> = {};
  const odd: string[] = [];
  const draw = drawing();
  const pause = (1_000 * clients) / Math.min(ACTS_PER_SECOND, clients);
  const until = performance.now() + seconds * 1_000;
  const walkers: Promise<void>[] = [];
  for (let at = 0; at < clients && performance.now() < until; at += AT_ONCE) {
    const coming = Array.from({ length: Math.min(AT_ONCE, clients - at) }, (_, index) =>
      Walker.come({ id: `${part}-${at + index}`, account: accounts[at + index], targets, done, odd, draw }),
    );
    for (const walker of await Promise.all(coming)) walkers.push(walker.walk(until, pause));
  }
  await Promise.all(walkers);
  return { done, odd };
}
