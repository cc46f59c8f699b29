/** What the processes of the bench tell each other: one line of JSON on standard output, in these shapes. */

export const KINDS = [
  'plain',
  'psk',
  'tls',
  'tls+psk',
  'bare-net',
  'bare-tls',
  'bare-tls-frame',
  'bare-ws',
] as const;
export type Kind = (typeof KINDS)[number];
export type OwnKind = Extract<Kind, 'plain' | 'psk' | 'tls' | 'tls+psk'>;

export function isOwn(kind: Kind): kind is OwnKind {
  return !kind.startsWith('bare-');
}

/** Bytes of text in one message; the bare servers send exactly this many bytes. */
export const MESSAGE_BYTES = 100;

/** Bytes of the frame in which the chat delivers such a message. */
export const FRAME_BYTES = 217;

/** Bytes that a bare server delivers for one message: the text alone or, to compare like with like, a whole frame. */
export function bareBytes(kind: Kind): number {
  return kind === 'bare-tls-frame' ? FRAME_BYTES : MESSAGE_BYTES;
}

/** Clients that talk; all others only listen. */
export const SENDERS = 4;

export interface LoadOrder {
  readonly kind: Kind;
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  /** PEM of the CA, where there is TLS. */
  readonly ca: string;
  /** Hex of the shared key, where there is psk. */
  readonly psk: string;
  /**
   * Messages that may be under way (sent, but not yet received by everyone) in the throughput run; the latency run sends
   * `rate` messages a second instead.
   */
  readonly load:
    | { readonly kind: 'saturate'; readonly window: number }
    | { readonly kind: 'steady'; readonly rate: number }
    /** Clients only join. A bare server answers each with as many bytes as ours sends to one that joins. */
    | { readonly kind: 'joins' };
}

/** What a server has used since it was started. */
export interface Usage {
  /** Seconds of a processor, all threads together. */
  readonly cpu: number;
  /** Seconds in which the main thread was not waiting for events. */
  readonly active: number;
  /** Bytes of memory in use. */
  readonly rss: number;
  /** Milliseconds that a commit took since this was last asked, the median; of our own servers. */
  readonly commit?: number;
}

export type JoinOrder = Pick<LoadOrder, 'kind' | 'port' | 'clients' | 'ca' | 'psk'>;

export interface JoinResult {
  /** From the first connection until the last client was in. */
  readonly seconds: number;
}

/** Chat clients that come back after their server was killed. */
export type ReturnOrder = Omit<JoinOrder, 'kind'> & { readonly kind: OwnKind };

export interface ReturnResult {
  /** Clients that have read a message twice. */
  readonly duplicated: number;
}

/** What a bare server answers to a client that says a word: the size of a welcome and an answer to a join. */
export const GREETING_BYTES = 600;

/** What the load has seen. */
export interface LoadFigures {
  /** Messages that arrived at a recipient, per second. */
  readonly deliveriesPerSecond: number;
  /** The same in all, since it was told to send. */
  readonly deliveries: number;
  readonly messages: number;
  /** Milliseconds from the call that sent a message to its arrival at a recipient; only in a steady run. */
  readonly p50?: number;
  readonly p99?: number;
  /** Messages that were decoded and compared in full by the clients that check everything. */
  readonly verified: number;
}

export interface LoadResult extends LoadFigures {
  /** Seconds of a processor that the server took for each delivery. */
  readonly cpu: number;
  /** The part of them that the main thread took. */
  readonly active: number;
  /** Milliseconds that a commit took, the median; only of our own servers. */
  readonly commit?: number | undefined;
}

export const PSK_ID = 'bench';
