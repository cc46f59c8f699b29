/**
 * Which flows must be read again, and why: a secret has come, or another flow has given away the session that they
 * resume. In a streamed dissection not everything is kept, and such a flow is only named.
 */
import type { Backlog } from './backlog.ts';
import type { Flow } from './flow.ts';
import type { SessionMemory } from './secrets/session-memory.ts';

export class Rereading {
  readonly #flows: ReadonlyMap<number, Flow>;
  readonly #sessions: SessionMemory;
  readonly #backlog: Backlog | undefined;
  /** Flows that would now be read differently, but of which not everything is kept. */
  readonly outdated = new Set<number>();
  /** Rises with everything that may change what a flow gives away. */
  #changes = 0;
  /** The value of `#changes` when all flows were last read for the sake of one. */
  #searched = 0;

  constructor(flows: ReadonlyMap<number, Flow>, sessions: SessionMemory, backlog: Backlog | undefined) {
    this.#flows = flows;
    this.#sessions = sessions;
    this.#backlog = backlog;
  }

  /** Something has come that flows may give away, or that opens them. */
  changed(): void {
    this.#changes++;
  }

  /** What one flow gives away now may open those that resumed its session. Returns the ids of all these flows. */
  again(asking: ReadonlySet<number>): number[] {
    if (asking.size === 0) return [];
    const ids = new Set([...asking, ...this.#sessions.missing]);
    for (const id of ids) this.#forgetReading(id);
    return [...ids];
  }

  /** The flows that have become outdated by what was read; their reading is forgotten. */
  takeOutdated(): number[] {
    const ids = this.#sessions.takeOutdated();
    for (const id of ids) this.#forgetReading(id);
    return ids;
  }

  readAll(): void {
    if (this.#searched === this.#changes) return;
    this.#searched = this.#changes;
    for (const flow of this.#flows.values()) flow.read();
    this.readOutdated();
  }

  /**
   * Reads the flows again that were read before the one whose session they resume. A name can only say
   * something new so often, so this ends.
   */
  readOutdated(): void {
    for (let ids = this.#sessions.takeOutdated(); ids.length > 0; ids = this.#sessions.takeOutdated()) {
      for (const id of ids) {
        this.#forgetReading(id);
        this.#flows.get(id)?.read();
      }
    }
  }

  #forgetReading(id: number): void {
    const flow = this.#flows.get(id);
    this.#sessions.forget(id);
    if (!flow) return;
    if (!flow.forgetReading()) this.outdated.add(id);
    this.#backlog?.add(id, flow);
  }
}
