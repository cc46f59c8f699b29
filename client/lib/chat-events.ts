/** What a chat client tells those who listen to it. */
import type { Server } from '#wire/messages';
import type { SessionEvent } from '#session/events';
import type { Place } from './errors.ts';
import type { Lagged } from './event-queue.ts';
import type { ClientState } from './supervisor.ts';

export type ChatEvent =
  | ({ readonly type: 'state' } & Place & ClientState)
  /** An own message is stored. */
  | {
      readonly type: 'sent';
      readonly id: number;
      readonly ref: string;
      readonly room: string;
      readonly ts: number;
    }
  /** The server knows who this is. */
  | ({ readonly type: 'logged_in' } & Pick<
      Server<'auth_success'>,
      'name' | 'role' | 'session' | 'expires' | 'second_factor'
    >)
  | Exclude<SessionEvent, { type: InnerType }>
  | Lagged;

/** Those that become promises or states, and the one with secrets in it. */
type InnerType =
  'answer' | 'refused' | 'ready' | 'turned_away' | 'ending' | 'busy' | 'auth_success' | 'login_needed';
