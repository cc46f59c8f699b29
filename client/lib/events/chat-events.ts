/** The events that a chat client emits. */
import type { Server } from '#protocol/messages';
import type { SessionEvent } from '#session/events';
import type { WireAddress } from '../errors.ts';
import type { Lagged } from './event-queue.ts';
import type { ClientState } from '../connect/supervisor.ts';

export type ChatEvent =
  | ({ readonly type: 'state' } & WireAddress & ClientState)
  /** A message of this user is stored. */
  | {
      readonly type: 'sent';
      readonly id: number;
      readonly ref: string;
      readonly room: string;
      readonly ts: number;
    }
  /** The user is logged in. */
  | ({ readonly type: 'logged_in' } & Pick<
      Server<'auth_success'>,
      'name' | 'role' | 'session' | 'expires' | 'second_factor'
    >)
  | Exclude<SessionEvent, { type: InnerType }>
  | Lagged;

/** Events that become promises or states instead, and the one that contains secrets. */
type InnerType =
  'answer' | 'refused' | 'ready' | 'turned_away' | 'ending' | 'busy' | 'auth_success' | 'login_needed';
