/**
 * What the workbench page and the server say to each other: JSON texts over two WebSockets. The tap stream carries
 * raw chunks and secrets; the chat relay sends a typed message over real client connections, one per wire.
 */
import { fromHex, toHex } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';
import type { TapEvent } from './model.ts';

/** The first text on either socket. The token is needed unless the page is served on a loopback address only. */
export interface Hello {
  readonly type: 'hello';
  readonly token?: string;
}

/** A tap event with its bytes in hex. */
export type StreamedEvent =
  | Exclude<TapEvent, { kind: 'chunk' }>
  | (Omit<Extract<TapEvent, { kind: 'chunk' }>, 'bytes'> & { readonly bytes: string });

export interface WireInfo {
  readonly wire: WireName;
  /** Where clients connect: the tap's address, or the server's own when there is no tap. */
  readonly host: string;
  readonly port: number;
  readonly tapped: boolean;
}

/** A part of the server, and who wrote the code that does its work. */
export interface WhosePiece {
  readonly piece: string;
  readonly whose: 'yours' | 'ours';
}

/** `/ws/tap`, server to page. `events` first brings what the tap already holds, then what happens. */
export type TapStreamMessage =
  | {
      readonly type: 'ready';
      readonly version: string;
      readonly wires: readonly WireInfo[];
      /** By the clock of the tap: what happened before is held, and what happens later is new. */
      readonly time: number;
      readonly held: number;
      readonly cap: number;
    }
  | { readonly type: 'events'; readonly events: readonly StreamedEvent[] }
  /** Flows the tap has dropped to stay under its cap. */
  | { readonly type: 'forget'; readonly flows: readonly number[] }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** `/ws/chat`, page to server. */
export type RelayRequest =
  | Hello
  | { readonly type: 'say'; readonly id: string; readonly text: string; readonly wires: readonly WireName[] }
  | DemoRequest
  | OlderTlsRequest;

/** Asks for a conversation between two people of the server's own, for this page to look at; or no longer. */
export interface DemoRequest {
  readonly type: 'demo';
  /** `arrival`: the page asks by itself, on a first visit. `press`: a person asks. */
  readonly wanted: 'arrival' | 'press' | 'stop';
}

/** Asks for one connection to the tls wire whose client offers nothing newer than TLS 1.2. */
export interface OlderTlsRequest {
  readonly type: 'older-tls';
}

/** `/ws/chat`, server to page. */
export type RelayMessage =
  | {
      readonly type: 'status';
      readonly wire: WireName;
      readonly state: 'connecting' | 'open' | 'closed';
      readonly name?: string;
      /** Local port of this client's connection: the `client.port` of its flow at the tap. */
      readonly port?: number;
      /** `what` happened, in a few words. */
      readonly error?: { readonly code: string; readonly message: string; readonly what: string };
    }
  | {
      readonly type: 'sent';
      readonly id: string;
      readonly wire: WireName;
      readonly messageId: number;
      readonly milliseconds: number;
      /** The tap's clock when the text was handed to this client: the first record after that carries it. */
      readonly at: number;
      /** Local port of the connection it went through: the `client.port` of its flow at the tap. */
      readonly port?: number;
    }
  | {
      readonly type: 'failed';
      readonly id: string;
      readonly wire: WireName;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly type: 'demo';
      readonly state: 'running' | 'over';
      /** Why it ended, if nobody wanted it to. */
      readonly error?: { readonly code: string; readonly message: string };
    }
  | { readonly type: 'older-tls'; readonly state: 'made' }
  | {
      readonly type: 'older-tls';
      readonly state: 'failed';
      readonly code: string;
      readonly message: string;
    }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

export function toStreamed(event: TapEvent): StreamedEvent {
  return event.kind === 'chunk' ? { ...event, bytes: toHex(event.bytes) } : event;
}

export function fromStreamed(event: StreamedEvent): TapEvent {
  return event.kind === 'chunk' ? { ...event, bytes: fromHex(event.bytes) } : event;
}
