/** What is at the path of a WebSocket. */
import type { RawData, WebSocket } from 'ws';
import type { Entrance, Visitor } from './entrance.ts';
import type { Refused } from './guard.ts';
import type { BadRequest } from './requests.ts';
import type { WireHello } from '#client/relayed/messages';
import type { Hello } from '#dissect/page-stream';
/** Serves a page once it has said hello: handles its further texts, and ends when the page has gone. */
export interface Service {
  text(text: string): void;
  /** Absent where a page may only send texts. */
  binary?(data: RawData): void;
  end(): Promise<void>;
}

/** What is at a path: which hello it takes, and what then serves the page; nothing when the page has been refused. */
export interface Place {
  /** What the token of the hello is shown to; absent where something else has shown who comes. */
  readonly entrance: Entrance | undefined;
  readonly hello: (text: string) => AnyHello | BadRequest;
  readonly start: (socket: WebSocket, hello: AnyHello, visitor: Visitor) => Service | undefined;
}

/** Why there is no WebSocket for this request. */
export interface NoPlace {
  readonly status: string;
  readonly refused: Refused;
}

export type AnyHello = Hello | WireHello;
