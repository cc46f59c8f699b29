/** Into the middle of a connection that stands at a tap: only one of this machine, and only one whose beginning is still held. */
import type { TapEvent } from '#dissect/model';
import { isLoopbackHost } from '#protocol/addresses';
import type { WireName } from '#protocol/messages';
import type { Detour } from './detour.ts';
import type { Recorder } from './recorder.ts';
import type { Address, Tap } from './tap.ts';
import type { TappedConnection } from './tapped-connection.ts';

export interface SteppedIn {
  readonly flow: number;
  /** All that crossed it so far, and the secrets at hand. */
  readonly before: readonly TapEvent[];
  readonly detour: Detour;
}

export interface Standing {
  readonly wire: WireName;
  /** Its client: `address:port`. */
  readonly from: string;
  /** Where clients connect. */
  readonly address: Address;
  /** Holds the connection until somebody has come in. Rejects with `StepError`. */
  readonly step: () => Promise<SteppedIn>;
}

export type StepFault = 'flow_gone' | 'flow_taken' | 'other_machine';

export class StepError extends Error {
  override readonly name = 'StepError';
  readonly code: StepFault;

  constructor(code: StepFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** A connection that stands, as a page is told of it. */
export interface StandingFlow {
  readonly flow: number;
  readonly wire: WireName;
  /** Its client. */
  readonly from: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Newest connections that are listed. */
const MOST_LISTED = 50;

/** The connections at the taps that somebody at a bench may step into. */
export class StandingFlows {
  readonly #taps: () => Iterable<Tap>;
  readonly #recorder: Recorder;

  constructor(taps: () => Iterable<Tap>, recorder: Recorder) {
    this.#taps = taps;
    this.#recorder = recorder;
  }

  /** The newest first. */
  list(): StandingFlow[] {
    return this.#all()
      .filter(({ connection }) => connection.isWhole && isOwn(connection))
      .map(({ tap: { wire }, connection }) => {
        const { flow, since } = connection;
        return { flow, wire, from: fromOf(connection), since };
      })
      .sort((one, other) => other.flow - one.flow)
      .slice(0, MOST_LISTED);
  }

  /** Tells when the list may be another one. Returns a function that stops it. */
  watch(changed: () => void): () => void {
    return this.#recorder.subscribe(({ kind }) => {
      if (kind === 'flow' || kind === 'end') changed();
    });
  }

  /** The connection of this flow. Throws `StepError`. */
  find(flow: number): Standing {
    const { tap, connection } = this.#all().find((each) => each.connection.flow === flow) ?? {};
    if (!tap || !connection) throw new StepError('flow_gone', 'this connection is not open any more');
    if (!isOwn(connection)) {
      const from = connection.origin.address;
      throw new StepError(
        'other_machine',
        `attacks are run on connections of this machine and no other; this one comes from ${from}`,
      );
    }
    const { wire, address } = tap;
    return { wire, from: fromOf(connection), address, step: () => this.#step(connection) };
  }

  #all() {
    return [...this.#taps()].flatMap((tap) => [...tap.open].map((connection) => ({ tap, connection })));
  }

  async #step(connection: TappedConnection): Promise<SteppedIn> {
    const { flow } = connection;
    const isBeginning = (event: TapEvent): boolean => event.kind === 'flow' && event.flow === flow;
    if (!this.#recorder.events().some(isBeginning))
      throw new StepError('flow_gone', 'the beginning of this connection is not kept any more');
    if (!connection.isWhole)
      throw new StepError('flow_taken', 'this connection is ending, or somebody stands in it already');
    const detour = await connection.detour();
    // It is held now: nothing comes between these bytes and the next.
    const before = this.#recorder
      .events()
      .filter((event) => event.flow === flow || (event.kind === 'secret' && event.flow === undefined));
    return { flow, before, detour };
  }
}

/** As much of it as a bench needs: in a class, not everyone may step into each connection. */
export type Standings = Pick<StandingFlows, 'list' | 'watch' | 'find'>;

function fromOf({ origin }: TappedConnection): string {
  return `${origin.address}:${origin.port}`;
}

function isOwn({ origin }: TappedConnection): boolean {
  return isLoopbackHost(origin.address);
}
