/** Refusals: those of the server in one shape, and those that the session gives itself. */
import { ERRORS, isErrorCode } from '#wire/errors';
import type { Server } from '#wire/messages';
import type { Refusal } from './events.ts';

/** The connection ended while it was under way. */
export const LOST: Refusal = {
  code: 'connection_lost',
  message: 'the connection was lost before the answer came, so it is not known whether this was carried out',
  suggestions: [],
};

/** It waited while someone else logged in, or nobody was left. */
export const NOT_SENT: Refusal = {
  code: 'not_sent',
  message: 'it was written under another name, so it was not sent',
  suggestions: [],
};

/** The token of a login would cross a plain wire. */
export const UNSAFE: Refusal = {
  code: 'unsafe_wire',
  message: 'the login is not shown on this wire, where anyone can read it',
  suggestions: [],
};

/** The server has taken this member out of a room; `code` is what it says about it. */
export function putOut(code = 'kicked'): Refusal {
  // Of the error of this code the table says that it is off the server.
  const kicked = code === 'kicked' || !isErrorCode(code);
  const message = kicked ? 'a moderator put you out of the room' : ERRORS[code].meaning;
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
