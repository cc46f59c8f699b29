/** The effects that the chat core asks for. The core decides; the runtime stores, encodes and sends. */
import type { Ask } from './questions.ts';
import type { AuditEntry, SessionId } from './records.ts';
import type { ErrorCode } from '#protocol/errors';
import type { Server, ServerMessage, StoredMessage, WireName } from '#protocol/messages';

export type { SessionId };

/** One end of a private conversation. */
export interface Peer {
  readonly author: string;
  readonly name: string;
}

/** A message on its way into the store. */
export interface NewMessage {
  readonly id: number;
  /** Name of the room, or key of the private conversation (`authors.ts`). */
  readonly room: string;
  /** In a private conversation: whom it is for. */
  readonly to?: Peer;
  readonly from: string;
  /** Public fingerprint of the author's token: ties messages to an author across renames and restarts. */
  readonly author: string;
  readonly ref: string | undefined;
  readonly text: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly ts: number;
  readonly via: WireName;
  readonly replyTo?: number;
  /** The connection it came on: the acknowledgement goes there as long as that connection belongs to the author. */
  readonly origin: SessionId;
}

/** Which stored messages to read: the oldest ones after `after`, or otherwise the newest ones before `before`. */
export interface HistoryQuery {
  readonly room: string;
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  /** Set to ask also for changes to messages up to `after`: those later than the change with the number `since`. */
  readonly changes?: { readonly since?: number };
}

/** Read from the store, then call `ChatCore.loaded` or `ChatCore.loadFailed` with this same request. */
export interface LoadRequest {
  readonly session: SessionId;
  readonly purpose: 'join' | 'history';
  readonly query: HistoryQuery;
  /** The asker's name for the room, where that is not its key. */
  readonly label?: string;
}

export interface Loaded {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  readonly more: boolean;
  /** Present if the query asked for them. */
  readonly changes?: Changes;
}

/** Edits and deletions of messages. */
export interface Changes {
  /** Number of the last change so far, in any room. */
  readonly last: number;
  /** The last change of each message, by number. */
  readonly told: readonly Changed[];
  /** There are older changes, which are not in `told`. */
  readonly more: boolean;
}

/** A message that was edited, if there is an `edit`, or else deleted. */
export interface Changed {
  readonly change: number;
  readonly id: number;
  readonly by: string;
  readonly edit?: { readonly text: string; readonly edited: number };
}

/** A stored message with the acknowledgement for its author. */
export interface Published {
  readonly message: Server<'message'>;
  readonly ack: Server<'ack'>;
  /** The author's connection now, if there is one: after a reconnect it is not the one that the message came from. */
  readonly author: SessionId | undefined;
}

export type Effect =
  | { readonly kind: 'send'; readonly to: Iterable<SessionId>; readonly message: ServerMessage }
  /** Store, then call `ChatCore.committed` or `ChatCore.commitFailed`. */
  | { readonly kind: 'commit'; readonly message: NewMessage }
  /** Send each message to everyone in `to`, but to its author (in `to` or not) the acknowledgement instead. */
  | { readonly kind: 'publish'; readonly to: ReadonlySet<SessionId>; readonly items: readonly Published[] }
  | { readonly kind: 'load'; readonly request: LoadRequest }
  /** Find the answer, then call `ChatCore.answered` or `ChatCore.unanswered`. */
  | AskEffect
  /** After so many milliseconds, call `ChatCore.tellChanges` with this room. */
  | { readonly kind: 'tell_changes'; readonly room: string; readonly after: number }
  /** Into the audit log; the chat does not wait for it. */
  | { readonly kind: 'audit'; readonly entry: AuditEntry }
  | { readonly kind: 'close'; readonly session: SessionId; readonly code: ErrorCode | 'done' };

/** An interface of its own, because its continuation returns effects: the type refers to itself. */
export interface AskEffect {
  readonly kind: 'ask';
  readonly ask: Ask<Effect>;
}
