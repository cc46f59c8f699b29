/** Refusals: those of the server in one shape, and those of the session itself. */
import { ERRORS, isErrorCode } from '#protocol/errors';
import type { Server } from '#protocol/messages';
import type { Refusal } from './events.ts';

/** The connection ended while the request was under way. */
export const LOST: Refusal = {
  code: 'connection_lost',
  message: 'the connection was lost before the answer came, so it is not known whether this was carried out',
  suggestions: [],
};

/** The request was still waiting when someone else logged in, or the user logged out. */
export const NOT_SENT: Refusal = {
  code: 'not_sent',
  message: 'the name has changed since it was written',
  suggestions: [],
};

/** The token of a login would cross a plain wire. */
export const UNSAFE: Refusal = {
  code: 'unsafe_wire',
  message: 'the login is not shown on this wire, where anyone can read it',
  suggestions: [],
};

/** The server has removed this member from a room; `code` is its reason. */
export function removal(code = 'kicked'): Refusal {
  // In the table of errors, `kicked` means removed from the server.
  const kicked = code === 'kicked' || !isErrorCode(code);
  const message = kicked ? 'a moderator removed you from the room' : ERRORS[code].meaning;
  return { code, message, suggestions: [] };
}

export function refusalOf(message: Server<'error'> | Server<'auth_failed'>): Refusal {
  const { code, suggestions = [], retry_after: retryAfter } = message;
  return {
    code,
    message: inWords(message),
    suggestions,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function inWords(message: Server<'error'> | Server<'auth_failed'>): string {
  const { expected, got } = message.type === 'error' ? message : { expected: undefined, got: undefined };
  const parts = [message.message, expected && `expected ${expected}`, got && `got ${got}`];
  return parts.filter((part) => part !== undefined && part !== '').join('; ');
}
