/** What the window says about errors and events. */
import type { ChatEvent } from '#client/events/chat-events';
import { ChatError } from '#client/errors';
import { ERRORS, isErrorCode } from '#protocol/errors';
import { counted } from '#protocol/shown';
import type { Told } from './notes.ts';

/** For a person at the window, who need not know the address; by code. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  bad_credentials: 'The name or the password is wrong.',
  second_factor_wrong: 'The code is wrong, or was used already. Wait for the next one.',
  second_factor_expired: 'The code came too late. Start again with the password.',
  name_taken: 'Someone else has this name.',
  bad_name:
    'A name has 1 to 32 letters, digits, dots, dashes or underscores, and begins with a letter or a digit.',
  no_registration: 'Only the operator makes new accounts on this server.',
  no_accounts: 'This server has no accounts. Continue as a guest.',
  unsafe_wire:
    'This server accepts no passwords on the plain wire, where anyone can read them. Choose another wire.',
  kicked: 'A moderator removed you from the server. You may come back.',
  banned: 'This account, name or address is banned from the server.',
  replaced: 'You connected again elsewhere under this name, so this window was let go.',
  session_revoked: 'This login was ended. Sign in again.',
  session_unknown: 'This login has ended. Sign in again.',
  session_stolen: ERRORS.session_stolen.meaning,
  muted: 'You may read but not speak here for now.',
  room_locked: 'Only moderators may speak in this room now.',
  slow_mode: 'This room is slowed down: wait before your next message.',
  no_key: 'This wire needs the shared key of the server. Paste it below.',
  key_confirmation_failed: 'The server has another key. Check the key that you pasted.',
  unknown_key_id: 'The server does not know a key of this name. It may have been rotated out.',
  relay_lost: 'The workbench cannot be reached. Is it still running?',
  connection_refused: 'Nothing listens on this wire now.',
  connection_lost: 'The connection was lost.',
  timeout: 'There was no answer in time.',
  shutting_down: 'The server was stopped.',
  outbox_full: 'Too many messages are waiting. Wait until some are stored.',
};

/** A sentence for the person about anything that was thrown. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof ChatError)) return error instanceof Error ? error.message : String(error);
  const { code, retryAfter, suggestions } = error;
  const known = WORDS[code] ?? (isErrorCode(code) ? sentence(ERRORS[code].meaning) : error.message);
  const free = suggestions.length > 0 && code !== 'weak_password' ? `Free: ${suggestions.join(', ')}.` : '';
  const advice = code === 'weak_password' ? suggestions.join(' ') : '';
  const later = retryAfter === undefined ? '' : `Try again in ${counted(retryAfter, 'second')}.`;
  return [known, free, advice, later].filter((part) => part !== '').join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export function roomTitle(name: string): string {
  return name.startsWith('@') ? name.slice(1) : `#${name}`;
}

/** What an event tells in a conversation, and the room that it belongs to; absent for events that tell nothing. */
export function noteFor(
  event: ChatEvent,
): { readonly room: string | undefined; readonly told: Told } | undefined {
  switch (event.type) {
    case 'member_joined':
      return {
        room: event.room,
        told: { text: `${event.name} joined over ${event.via}`, changed: { joined: 1, left: 0 } },
      };
    case 'member_left':
      return { room: event.room, told: { text: `${event.name} left`, changed: { joined: 0, left: 1 } } };
    case 'members_changed':
      return {
        room: event.room,
        told: { changed: { joined: event.joined_count ?? 0, left: event.left_count ?? 0 } },
      };
    case 'renamed':
      return {
        room: undefined,
        told: {
          text: event.you
            ? `You are now called ${event.now}: ${event.name} has become the name of an account`
            : `The guest ${event.name} is now called ${event.now}`,
        },
      };
    case 'notice':
      return { room: event.room, told: { text: event.text } };
    case 'joined':
      if (!event.more_changed) return undefined;
      return {
        room: event.room,
        told: { text: 'More messages were changed than can be reported; load them again' },
      };
    default:
      return undefined;
  }
}
