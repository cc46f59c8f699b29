/**
 * Events that anyone can cause as often as the network allows. The audit log gets an entry for the first of them at once,
 * and a minute later one entry with the number of further ones. Otherwise a stranger could fill the log and slow down
 * everyone who waits for the disk.
 */
import type { AuditEntry, AuditEvent } from '#chat/records';
import { networkOf } from '#protocol/addresses';
import { LIMITS } from '#protocol/limits';

/** What distinguishes one run of such events from another, besides the network that they come from. */
const APART: Partial<Record<AuditEvent, 'actor' | 'subject' | 'network'>> = {
  'connection.banned': 'network',
  'connection.flooding': 'network',
  'connection.too_many': 'network',
  'login.failed': 'subject',
  'login.throttled': 'network',
  'login.second_factor_failed': 'subject',
  'session.resumed': 'actor',
  'moderation.refused': 'actor',
};

export const RUN_MS = 60_000;
/** Stands for the name if several were concerned. */
const SEVERAL = 'several';

interface Run {
  /** Milliseconds of a monotonic clock. */
  readonly since: number;
  /** Number of events after the first. */
  more: number;
  /** What all events of the run have in common. */
  common: AuditEntry;
}

export class Repeats {
  readonly #runs = new Map<string, Run>();

  /** Whether the entry is written by itself; otherwise it is counted. `now`: milliseconds of a monotonic clock. */
  begins(entry: AuditEntry, now: number): boolean {
    const apart = APART[entry.event];
    if (!apart) return true;
    const key = this.#keyOf(entry, apart === 'network' ? '' : (entry[apart] ?? ''));
    const run = this.#runs.get(key);
    if (!run) {
      this.#runs.set(key, { since: now, more: 0, common: entry });
      return true;
    }
    run.more += 1;
    run.common = inCommon(run.common, entry);
    return false;
  }

  /** One entry for each run that has lasted a minute at `now` and has more than its first event. */
  due(now: number): AuditEntry[] {
    return this.#end(now, ([, { since }]) => now - since >= RUN_MS);
  }

  /** One entry for each remaining run, before the server stops. */
  rest(now: number): AuditEntry[] {
    return this.#end(now, () => true);
  }

  #end(now: number, isOver: (run: [string, Run]) => boolean): AuditEntry[] {
    const over = [...this.#runs].filter(isOver);
    for (const [key] of over) this.#runs.delete(key);
    return over
      .filter(([, { more }]) => more > 0)
      .map(([, { since, more, common }]) => ({
        ...common,
        detail: `${more} more within ${Math.ceil((now - since) / 1_000)} seconds`,
      }));
  }

  /** Above the cap, all further events of one kind count as one run. */
  #keyOf({ event, address = '' }: AuditEntry, whose: string): string {
    const key = `${event} ${networkOf(address)} ${whose}`;
    return this.#runs.has(key) || this.#runs.size < LIMITS.auditRepeats ? key : event;
  }
}

/** What both entries have in common, with the time of the later one. */
function inCommon(one: AuditEntry, other: AuditEntry): AuditEntry {
  const { ts, event, actor } = other;
  const same = (['subject', 'via', 'room'] as const).filter((key) => one[key] === other[key]);
  const address = commonAddress(one.address, other.address);
  return {
    ts,
    event,
    actor: one.actor === actor ? actor : SEVERAL,
    ...Object.fromEntries(same.map((key) => [key, other[key]])),
    ...(address !== undefined && { address }),
  };
}

/** The address, or the network that both addresses belong to. */
function commonAddress(one: string | undefined, other: string | undefined): string | undefined {
  if (one === other || one === undefined || other === undefined) return one === other ? other : undefined;
  const network = networkOf(other);
  return networkOf(one) === network ? network : undefined;
}
