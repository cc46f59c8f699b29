/** What somebody at one end, or between the ends, knows about a record: short lines, each with its term. */
import type { FlowSummary, WireRecord } from '#dissect/model';

export interface Fact {
  readonly term: string;
  readonly text: string;
  /** False for what cannot be known, and for what is thrown away. */
  readonly known: boolean;
}

/** A record with its connection and everything else that the reader has. */
export interface Around {
  readonly record: WireRecord;
  readonly flow: FlowSummary;
  /** Records of the same connection, by their place. */
  readonly connection: readonly WireRecord[];
  /** Records of every wire that came soon after, of other connections too. */
  readonly later: readonly WireRecord[];
  /** The name that the connection of a record had then, if it can be read. */
  readonly nameOf: (record: WireRecord) => string | undefined;
  /** Its wire, or its protocol in a capture. */
  readonly wireOf: (flow: number) => string | undefined;
}

export const known = (term: string, text: string): Fact => ({ term, text, known: true });
export const unknown = (term: string, text: string): Fact => ({ term, text, known: false });
