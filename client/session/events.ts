/** The events that a session reports, in the order in which they became known. */
import type { AskType, ReplyTo } from './asks.ts';
import type { ErrorCode } from '#protocol/errors';
import type { Server, StoredMessage, WireName } from '#protocol/messages';

/** A message as it is shown, whoever said it. */
export interface Said extends StoredMessage {
  readonly room: string;
  /** True when it comes from the stored history, false when it was said just now. */
  readonly replay: boolean;
  /** True when this member said it, possibly on another connection or before the client was started. */
  readonly own: boolean;
}

/** A page of stored messages, oldest first. */
export interface Page {
  readonly room: string;
  readonly messages: readonly StoredMessage[];
  readonly more: boolean;
}

export type RoomInfo = Server<'rooms'>['rooms'][number];

/** The answer to a request. */
export type Answer =
  | {
      readonly kind: 'sent';
      readonly ref: string;
      readonly id: number;
      readonly room: string;
      readonly ts: number;
    }
  | {
      readonly kind: 'joined';
      readonly room: string;
      readonly name: string;
      readonly members: readonly string[];
      readonly count: number;
    }
  | { readonly kind: 'left'; readonly room: string }
  | { readonly kind: 'rooms'; readonly rooms: readonly RoomInfo[] }
  | { readonly kind: 'history'; readonly page: Page }
  | { readonly kind: 'pong' }
  /** The answer to a request that was made with `ask`. */
  | { readonly kind: 'reply'; readonly reply: ReplyTo<AskType> };

/** The server's refusal of one request, or the reason why it ends the connection. */
export interface Refusal {
  /** A code of the error table, or one of a newer server. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly suggestions: readonly string[];
  /** Seconds after which another attempt may succeed. */
  readonly retryAfter?: number;
}

type Unanswered<T extends 'edited' | 'deleted' | 'unread'> = Omit<Server<T>, 'ref' | 'change'>;

export type SessionEvent =
  | {
      readonly type: 'welcome';
      readonly wire: WireName;
      readonly server: string;
      readonly text: string;
      /** The server records the traffic on its wires, and their secrets. */
      readonly tapped?: true;
    }
  /** Every room has been entered and requests flow. `resumed` is false the first time in a session. */
  | { readonly type: 'ready'; readonly name: string; readonly resumed: boolean }
  /** The rooms could not be entered; nothing works on this connection. */
  | { readonly type: 'turned_away'; readonly refusal: Refusal }
  | {
      readonly type: 'joined';
      readonly room: string;
      readonly name: string;
      /** Names, cut at the server's cap; `count` tells how many there are. */
      readonly members: readonly string[];
      readonly count: number;
      readonly resumed: boolean;
      /** More messages were changed since the last connection than the server reports. */
      readonly more_changed?: true;
    }
  /** `reason` is set when the room could not be entered again, or the server removed this member from it. */
  | { readonly type: 'left'; readonly room: string; readonly reason?: Refusal }
  | ({ readonly type: 'message' } & Said)
  | Server<
      | 'member_joined'
      | 'member_left'
      | 'members_changed'
      | 'renamed'
      | 'presence'
      | 'typing'
      | 'invited'
      | 'notice'
    >
  | Unanswered<'edited'>
  | Unanswered<'deleted'>
  /** How much is unread; reported once an account has entered its rooms. */
  | Unanswered<'unread'>
  /** The server has accounts, with these rules. */
  | Server<'auth_required'>
  /** The user is logged in. Contains secrets: the token, and that of the device. */
  | Server<'auth_success'>
  /**
   * Nobody is logged in (any more), and no room is joined until someone is. `refusal` says why, if something went
   * wrong.
   */
  | { readonly type: 'login_needed'; readonly refusal?: Refusal }
  | { readonly type: 'answer'; readonly key: number; readonly answer: Answer }
  | { readonly type: 'refused'; readonly key: number; readonly refusal: Refusal }
  /** Something was refused, and it is unknown which request. */
  | { readonly type: 'complaint'; readonly refusal: Refusal }
  /** The server accepts no more for now. The session holds everything back until `retry` is called. */
  | { readonly type: 'busy'; readonly seconds?: number }
  /** The server ends the connection and says why. */
  | { readonly type: 'ending'; readonly refusal: Refusal };
