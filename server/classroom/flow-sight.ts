/**
 * Who in a class may see which connection. Students see their own and what is shared; those who lead see their own, what
 * is nobody's of the class, and what they have opened. To see one is to see its records and its secrets.
 */
import type { Endpoint } from '#dissect/model';
import type { WireName } from '#protocol/messages';
import { isLeader } from './people.ts';
import type { Person } from './records.ts';

/** In place of a person's id: connections that everyone sees, such as those of the demo conversation. */
export const PUBLIC = 0;

export type Viewer = Pick<Person, 'id' | 'role'>;

/**
 * Where a connection of a wire begins. The system may give one local end to connections of different wires at the same time,
 * and to another connection of the same wire later.
 */
export interface Beginning extends Endpoint {
  readonly wire: WireName;
}

export interface KnownFlow {
  readonly flow: number;
  readonly wire: WireName | undefined;
  /** Id of the person whose connection it is, or `PUBLIC`. */
  owner: number | undefined;
  readonly client: string;
}

/** What the class has decided. */
export interface Disclosures {
  readonly personOf: (id: number) => Viewer | undefined;
  /** Whether those who lead have opened the traffic of this person. */
  readonly isOpened: (person: number) => boolean;
  /** Whose connections everyone sees now: of the one who says where to look. */
  readonly leader: () => number | undefined;
}

export class FlowSight {
  readonly #disclosures: Disclosures;
  /** Whose connections begin at these local ends now. */
  readonly #claims = new Map<string, { readonly person: number }>();
  readonly #flows = new Map<number, KnownFlow>();
  /** The newest flow from each local end, until its client has closed it: then the end may be that of another connection. */
  readonly #newest = new Map<string, KnownFlow>();
  readonly #shared = new Set<number>();
  /** What can be read of it is asked: nobody is shown it but its owner and those who lead. */
  #withheld: number | undefined;

  constructor(disclosures: Disclosures) {
    this.#disclosures = disclosures;
  }

  /**
   * A connection of the person begins here. The answer has the flow that turns out to be the person's, if it has begun, and
   * ends the claim when the connection is closed. A flow that is somebody's stays theirs: it is an older one.
   */
  claim(end: Beginning, person: number): { readonly flow: number | undefined; readonly release: () => void } {
    const key = keyOf(end);
    const claim = { person };
    this.#claims.set(key, claim);
    const known = this.#newest.get(key);
    const own = known?.owner === undefined ? known : undefined;
    if (own) own.owner = person;
    return {
      flow: own?.flow,
      release: () => {
        // The system may have given the port to another connection by now.
        if (this.#claims.get(key) === claim) this.#claims.delete(key);
      },
    };
  }

  /** Whose connection it is that comes from here. */
  personAt(end: Beginning): number | undefined {
    return this.#claims.get(keyOf(end))?.person;
  }

  began({ flow, wire, client }: { flow: number; wire?: WireName; client: Endpoint }): void {
    const key = keyOf({ wire, ...client });
    const known = { flow, wire, client: key, owner: this.#claims.get(key)?.person };
    this.#flows.set(flow, known);
    this.#newest.set(key, known);
  }

  /** The client has closed it, or it was reset. Whoever connects from the same local end has another connection. */
  ended(flow: number): void {
    const known = this.#flows.get(flow);
    if (known && this.#newest.get(known.client) === known) this.#newest.delete(known.client);
  }

  forget(flows: readonly number[]): void {
    for (const flow of flows) {
      this.ended(flow);
      this.#flows.delete(flow);
      this.#shared.delete(flow);
    }
  }

  get flows(): IterableIterator<Readonly<KnownFlow>> {
    return this.#flows.values();
  }

  get shared(): Readonly<KnownFlow>[] {
    return [...this.#shared].flatMap((flow) => this.#flows.get(flow) ?? []);
  }

  /** False if there is no such flow. */
  share(flow: number, on: boolean): boolean {
    if (!this.#flows.has(flow)) return false;
    if (on) this.#shared.add(flow);
    else this.#shared.delete(flow);
    return true;
  }

  /** The connections of a person over a wire that are known, those that have ended included; the newest first. */
  flowsOf(person: number, wire: WireName): number[] {
    const own = [...this.#flows.values()].filter((known) => known.owner === person && known.wire === wire);
    return own.map(({ flow }) => flow).reverse();
  }

  wireOf(flow: number): WireName | undefined {
    return this.#flows.get(flow)?.wire;
  }

  /** Whether everyone may read it, by what it is or by what was decided about it. */
  isCommon(flow: number): boolean {
    return this.#flows.get(flow)?.owner === PUBLIC || this.#shared.has(flow);
  }

  /** Whether this leader may ask the class about it: everyone may read it, or it is the leader’s own to share. */
  isForQuestion(leader: Viewer, flow: number): boolean {
    return this.isCommon(flow) || this.#flows.get(flow)?.owner === leader.id;
  }

  /** The one flow that is withheld from now on, if any. */
  withhold(flow: number | undefined): void {
    this.#withheld = flow;
  }

  sees(viewer: Viewer, flow: number): boolean {
    const known = this.#flows.get(flow);
    if (!known || this.#isWithheldFrom(viewer, known)) return false;
    const { owner } = known;
    if (owner === PUBLIC || owner === viewer.id || this.#shared.has(flow)) return true;
    const { personOf, isOpened, leader } = this.#disclosures;
    if (owner !== undefined && owner === leader()) return true;
    if (!isLeader(viewer)) return false;
    if (owner === undefined || isOpened(owner)) return true;
    const other = personOf(owner);
    // Nobody sees what belongs to somebody who has been deleted.
    return other !== undefined && isLeader(other);
  }

  #isWithheldFrom(viewer: Viewer, { flow, owner }: KnownFlow): boolean {
    return flow === this.#withheld && owner !== viewer.id && !isLeader(viewer);
  }
}

function keyOf({ wire, address, port }: Endpoint & { readonly wire?: WireName | undefined }): string {
  return `${wire} ${address} ${port}`;
}
