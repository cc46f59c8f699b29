/** The inspector's data: what a tap saw, and what it means. */
import type { Field } from '#protocol/field';
import type { LayerName, WireName } from '#protocol/wires';

/** Client to server, or server to client. */
export type Direction = 'c2s' | 's2c';

/**
 * What the tap reports, in the order in which it happens. Times are milliseconds since 1970 with a fraction
 * (microseconds).
 */
export type TapEvent =
  | {
      readonly kind: 'flow';
      readonly flow: number;
      /** Which wire the tap stands in front of; absent when a flow was read from a capture file. */
      readonly wire?: WireName;
      readonly time: number;
      readonly client: Endpoint;
      readonly server: Endpoint;
      /** The connection had begun before the capture did; what its first bytes were is not known. */
      readonly midway?: true;
    }
  | {
      readonly kind: 'chunk';
      readonly flow: number;
      readonly dir: Direction;
      readonly time: number;
      readonly bytes: Uint8Array;
    }
  /** Bytes of this direction that a capture does not hold, at the place where they would have been. */
  | {
      readonly kind: 'gap';
      readonly flow: number;
      readonly dir: Direction;
      readonly time: number;
      readonly length: number;
    }
  | {
      readonly kind: 'end';
      readonly flow: number;
      readonly dir: Direction;
      readonly time: number;
      readonly how: 'fin' | 'reset';
    }
  /** One key-log line: NSS format for TLS, `WIREGLASS_PSK_PRK <client nonce> <prk>` for psk. */
  | {
      readonly kind: 'secret';
      readonly time: number;
      readonly line: string;
      /** The connection that it belongs to, where that is known. */
      readonly flow?: number;
    };

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What the bytes of a flow turned out to be, from the outside in. */
export type Proto = LayerName | 'frame' | 'unknown';

export type RecordState =
  /** Nothing to decrypt: plaintext, or a handshake message in the clear. */
  | 'clear'
  /** Decrypted and its authentication tag verified. */
  | 'opened'
  /**
   * Nothing to decrypt in itself, but it is inside something that was opened: on the wire it was sealed. Never
   * a whole record.
   */
  | 'was-sealed'
  /** Sealed, and no secret for this flow is at hand. */
  | 'no-key'
  /** Sealed, and the secret at hand does not open it. */
  | 'wrong-key'
  | 'malformed';

/** A range of wire bytes that carries a range of plain bytes, byte for byte (plaintext and stream-like ciphers). */
export interface ByteMap {
  readonly plainStart: number;
  readonly rawStart: number;
  readonly length: number;
}

/** One unit on the wire: a psk or TLS record, or, on a plaintext wire, one frame. */
export interface WireRecord {
  readonly flow: number;
  readonly dir: Direction;
  /** Position among the records of the flow, both directions together, in the order of completion. */
  readonly index: number;
  /** When its last byte passed the tap. */
  readonly time: number;
  readonly proto: Proto;
  /** Short name of what it is: `client_hello`, `data`, `say`, `alert: close_notify`. */
  readonly title: string;
  readonly raw: Uint8Array;
  /** Offset of the first byte of `raw` in its direction of the flow. */
  readonly offset: number;
  readonly state: RecordState;
  /** Why the state is what it is, in a sentence for the reader; empty for `clear`, `opened` and `was-sealed`. */
  readonly reason: string;
  /** Decrypted content when `state` is opened; also the content of a clear record that is followed by a MAC. */
  readonly plain?: Uint8Array;
  readonly plainMap?: readonly ByteMap[];
  /** Ranges relative to `raw`. */
  readonly fields: readonly Field[];
  /**
   * What is inside the plain bytes: frames, or (tls+psk) psk records, or TLS handshake messages. A unit is
   * listed in the record that completes it. Empty where the record is itself the frame (plaintext wire).
   */
  readonly inner: readonly Inner[];
  /**
   * Where the content begins in `raw` when it is not sealed but follows a header (a TLS record in the clear).
   */
  readonly contentStart?: number;
  /** How many of the last plain bytes (of `raw` when it is clear) begin a unit that a later record completes. */
  readonly unfinished?: number;
}

/** A unit inside a record's plain bytes (inside `raw` on the plaintext wire). */
export interface Inner {
  readonly proto: 'frame' | 'psk' | 'tls-handshake' | 'tls-alert';
  readonly title: string;
  readonly state: RecordState;
  readonly reason: string;
  /** The unit whole, put together from as many records as it took. */
  readonly bytes: Uint8Array;
  /**
   * Where it begins in the plain bytes of the record around it, or in that record's `raw` when there are none (the
   * state is `clear`). Negative when it began in an earlier record: its last `bytes.length + start` bytes are here,
   * at the beginning of the plain bytes (from `contentStart` of `raw`).
   */
  readonly start: number;
  /** Ranges relative to `bytes`. */
  readonly fields: readonly Field[];
  readonly plain?: Uint8Array;
  /** Where `plain` is in `bytes`. */
  readonly plainMap?: readonly ByteMap[];
  readonly inner: readonly Inner[];
  readonly unfinished?: number;
}

/** A flow as the list of flows shows it. */
export interface FlowSummary {
  readonly id: number;
  /** Absent for a flow of a capture file: there the protocol was told from the first bytes. */
  readonly wire?: WireName;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** The outermost protocol. */
  readonly proto: Proto;
  /** What is stacked on the connection, from the outside in, as far as it is known: `['tls', 'psk', 'frame']`. */
  readonly stack: readonly Proto[];
  /** Version and cipher suite in words; empty until the hellos are seen and on a plaintext wire. */
  readonly cipher: string;
  readonly state: 'open' | 'half-closed' | 'closed' | 'reset';
  /** Milliseconds since 1970 of the first and the last thing seen. */
  readonly started: number;
  readonly last: number;
  /** Bytes that crossed the wire, each way. */
  readonly bytes: { readonly c2s: number; readonly s2c: number };
  /** TCP segments that brought them, both ways; retransmissions are not counted. */
  readonly segments: number;
  readonly records: number;
  /** Sealed records that could not be read: no key, or the wrong one. */
  readonly sealed: number;
  /** Rises with every change of this flow or of its records. */
  readonly revision: number;
  /** Bytes that crossed and are in no record, because a cap was reached before them. */
  readonly cut: number;
  /**
   * Bytes that crossed and are in no record yet: they have not been read, or the rest of their unit has not
   * come.
   */
  readonly waiting: number;
  /** True when the start was not captured: no SYN, or the first bytes of a direction are missing. */
  readonly midway: boolean;
}
